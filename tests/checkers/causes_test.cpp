// Causes over symptoms: which findings of one execution survive, and which explain those of another execution.
#include "checkers/causes.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class Causes : public testing::Test {
 protected:
  static Finding finding(std::string checker, std::vector<ObjectIndex> objects = {}) {
    Finding made;
    made.checker = std::move(checker);
    made.objects = std::move(objects);
    made.sentence = "Why";
    return made;
  }
  static Finding predicted(std::string checker, std::vector<ObjectIndex> objects) {
    Finding made = finding(std::move(checker), std::move(objects));
    made.certainty = Certainty::predicted;
    return made;
  }
  static Finding candidate(std::string checker, std::vector<ObjectIndex> objects) {
    Finding made = finding(std::move(checker), std::move(objects));
    made.certainty = Certainty::candidate;
    return made;
  }
  // The names of what is kept.
  std::vector<std::string> kept(Findings findings) {
    keep_causes(findings, trace.trace());
    std::vector<std::string> names;
    for (const Finding& left : findings) names.push_back(left.checker);
    return names;
  }
  using Names = std::vector<std::string>;

  TraceBuilder trace;
  ThreadIndex t0 = trace.thread();
  ObjectIndex a = trace.mutex("a");
  ObjectIndex b = trace.mutex("b");
  ObjectIndex x = trace.variable("x");
  ObjectIndex y = trace.variable("y");
};

TEST_F(Causes, a_wait_cycle_drops_the_deadlock_and_the_lock_order_cycle_over_its_locks) {
  EXPECT_EQ(kept({predicted("lock-order-cycle", {b, a}), finding("wait-cycle", {a, b}), finding("deadlock", {a})}),
            (Names{"wait-cycle"}));
}

TEST_F(Causes, a_wait_cycle_keeps_a_lock_order_cycle_over_other_locks) {
  const ObjectIndex c = trace.mutex("c");
  EXPECT_EQ(kept({predicted("lock-order-cycle", {b, c}), finding("wait-cycle", {a, b})}),
            (Names{"lock-order-cycle", "wait-cycle"}));
}

TEST_F(Causes, misuse_of_an_object_drops_the_deadlock_over_it) {
  for (const char* const cause : {"notify-unlocked", "task-done-excess", "broken-barrier", "wait-unlocked"}) {
    EXPECT_EQ(kept({finding(cause, {a}), finding("deadlock", {a, b})}), (Names{cause}));
    EXPECT_EQ(kept({finding(cause, {a}), finding("deadlock", {b})}), (Names{cause, "deadlock"}));
  }
}

TEST_F(Causes, a_lost_wakeup_drops_the_deadlock) {
  EXPECT_EQ(kept({finding("lost-wakeup", {a}), finding("deadlock", {a})}), (Names{"lost-wakeup"}));
}

TEST_F(Causes, a_lost_update_drops_the_data_race_on_the_same_variable_only) {
  EXPECT_EQ(kept({finding("data-race", {x}), finding("lost-update", {x})}), (Names{"lost-update"}));
  EXPECT_EQ(kept({finding("data-race", {y}), finding("lost-update", {x})}), (Names{"data-race", "lost-update"}));
}

TEST_F(Causes, what_went_wrong_explains_a_failed_expectation_of_the_same_execution_only) {
  EXPECT_EQ(kept({finding("failed-expectation"), finding("lost-update", {x})}), (Names{"lost-update"}));
  EXPECT_EQ(kept({finding("failed-expectation"), finding("failed-check")}),
            (Names{"failed-expectation", "failed-check"}))
      << "neither is a cause";
  TraceBuilder other;
  EXPECT_FALSE(explains(finding("lost-update", {x}), trace.trace(), finding("failed-expectation"), other.trace()));
}

TEST_F(Causes, an_explained_expectation_is_told_as_a_consequence_with_its_message) {
  Finding symptom = finding("failed-expectation");
  symptom.step = trace.expectation(t0, "Expected: 1 > 2");
  Findings findings = {symptom, finding("data-race", {x})};
  keep_causes(findings, trace.trace());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(text_of(trace.trace(), findings.front().sentence),
            "Why; as a consequence an expectation failed:\nExpected: 1 > 2");
}

TEST_F(Causes, a_candidate_explains_nothing) {
  EXPECT_EQ(kept({finding("data-race", {x}), candidate("lost-update", {x})}), (Names{"data-race", "lost-update"}));
  EXPECT_EQ(kept({candidate("lost-update", {x}), finding("failed-check")}), (Names{"lost-update", "failed-check"}));
}

TEST_F(Causes, a_predicted_finding_explains_nothing) {
  EXPECT_EQ(kept({predicted("lock-order-cycle", {a, b}), finding("failed-check")}),
            (Names{"lock-order-cycle", "failed-check"}));
}

TEST_F(Causes, a_leaked_lock_drops_what_waits_for_it_and_what_destroys_it) {
  EXPECT_EQ(kept({finding("lock-leaked", {a}), finding("deadlock", {a})}), (Names{"lock-leaked"}));
  EXPECT_EQ(kept({finding("lock-leaked", {a}), finding("wait-cycle", {a, b})}), (Names{"lock-leaked"}));
  EXPECT_EQ(kept({finding("lock-leaked", {a}), finding("destroyed-in-use", {a})}), (Names{"lock-leaked"}));
}

TEST_F(Causes, a_leaked_lock_keeps_a_deadlock_over_another) {
  EXPECT_EQ(kept({finding("lock-leaked", {a}), finding("deadlock", {b})}), (Names{"lock-leaked", "deadlock"}));
}

TEST_F(Causes, a_release_by_another_thread_drops_the_leak_of_the_same_lock) {
  EXPECT_EQ(kept({finding("lock-leaked", {a}), finding("release-not-owner", {a})}), (Names{"release-not-owner"}));
  EXPECT_EQ(kept({finding("lock-leaked", {b}), finding("release-not-owner", {a})}),
            (Names{"lock-leaked", "release-not-owner"}));
}

TEST_F(Causes, any_other_finding_drops_a_failed_check_and_a_livelock) {
  EXPECT_EQ(kept({finding("data-race", {x}), finding("failed-check")}), (Names{"data-race"}));
  EXPECT_EQ(kept({finding("lock-leaked", {a}), finding("livelock")}), (Names{"lock-leaked"}));
  EXPECT_EQ(kept({finding("failed-check")}), (Names{"failed-check"}));
  EXPECT_EQ(kept({finding("failed-check"), finding("livelock")}), (Names{"failed-check", "livelock"}));
}

TEST_F(Causes, a_dropped_check_is_told_as_a_consequence_of_what_is_kept) {
  const Step step = trace.check(t0, "x is two");
  Finding check = finding("failed-check");
  check.step = step;
  Findings findings = {finding("data-race", {x}), finding("lost-update", {x}), check};
  keep_causes(findings, trace.trace());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(text_of(trace.trace(), findings.front().sentence), "Why; as a consequence the check \"x is two\" failed");
}

TEST_F(Causes, other_symptoms_add_nothing_to_the_sentence) {
  trace.check(t0, "x is two");
  Findings findings = {finding("data-race", {x}), finding("lost-update", {x})};
  keep_causes(findings, trace.trace());
  EXPECT_EQ(text_of(trace.trace(), findings.front().sentence), "Why");
}

TEST_F(Causes, unrelated_findings_stay_in_their_order) {
  EXPECT_EQ(kept({finding("data-race", {y}), finding("deadlock", {a}), finding("lost-update", {x})}),
            (Names{"data-race", "deadlock", "lost-update"}));
  EXPECT_EQ(kept({}), Names{});
}

TEST_F(Causes, explain_findings_of_another_execution_by_the_objects_names) {
  TraceBuilder other;
  other.thread();
  const ObjectIndex other_y = other.variable("y");
  const ObjectIndex other_x = other.variable("x");
  const Finding cause = finding("lost-update", {x});
  EXPECT_TRUE(explains(cause, trace.trace(), finding("data-race", {other_x}), other.trace()));
  EXPECT_FALSE(explains(cause, trace.trace(), finding("data-race", {other_y}), other.trace()));
}

TEST_F(Causes, explain_a_lock_order_cycle_of_another_execution_over_the_same_locks) {
  TraceBuilder other;
  other.thread();
  const ObjectIndex c = other.mutex("c");
  const ObjectIndex other_b = other.mutex("b");
  const ObjectIndex other_a = other.mutex("a");
  const Finding cause = finding("wait-cycle", {a, b});
  EXPECT_TRUE(explains(cause, trace.trace(), predicted("lock-order-cycle", {other_a, other_b}), other.trace()));
  EXPECT_FALSE(explains(cause, trace.trace(), predicted("lock-order-cycle", {other_a, c}), other.trace()));
}

TEST_F(Causes, explain_no_failed_check_of_another_execution) {
  TraceBuilder other;
  other.thread();
  EXPECT_FALSE(explains(finding("lost-update", {x}), trace.trace(), finding("failed-check"), other.trace()));
}

TEST_F(Causes, explain_a_deadlock_of_another_execution_only_over_a_common_object) {
  TraceBuilder other;
  other.thread();
  const ObjectIndex c = other.mutex("c");
  const ObjectIndex other_a = other.mutex("a");
  const Finding cause = finding("wait-cycle", {a, b});
  EXPECT_TRUE(explains(cause, trace.trace(), finding("deadlock", {c, other_a}), other.trace()));
  EXPECT_FALSE(explains(cause, trace.trace(), finding("deadlock", {c}), other.trace()));
  EXPECT_FALSE(explains(cause, trace.trace(), finding("deadlock"), other.trace()));
}

}  // namespace
}  // namespace snag
