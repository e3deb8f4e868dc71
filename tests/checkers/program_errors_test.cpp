// The program-errors checker on hand-built traces: failed checks and exceptions that leave a thread.
#include "checkers/program_errors.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class ProgramErrors : public testing::Test {
 protected:
  Findings find() { return run(checker, trace.trace()); }

  Findings so_far() { return run(checker, trace.trace(), Verdict::passed, EndOfThread::not_yet); }

  TraceBuilder trace;
  ProgramErrorsChecker checker;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
};

TEST_F(ProgramErrors, tells_a_failed_check_with_its_text) {
  const Step step = trace.at(12).check(t1, "the balance is never negative");
  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().checker, "failed-check");
  EXPECT_TRUE(findings.front().stops_execution);
  EXPECT_EQ(findings.front().steps, (std::vector<Step>{step}));
  EXPECT_EQ(findings.front().threads, (std::vector<ThreadIndex>{t1}));
  EXPECT_EQ(text_of(trace.trace(), findings.front().sentence),
            "The check \"the balance is never negative\" failed in T1 at :12");
}

TEST_F(ProgramErrors, tells_a_failed_check_whose_text_is_missing) {
  trace.fails().add(t1, TraceBuilder::of(OperationKind::check, no_object, 5));
  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(text_of(trace.trace(), findings.front().sentence), "The check \"\" failed in T1 at :?");
}

TEST_F(ProgramErrors, is_silent_about_a_check_that_held) {
  trace.add(t1, TraceBuilder::of(OperationKind::check, no_object, 0));
  EXPECT_TRUE(find().empty());
}

TEST_F(ProgramErrors, tells_an_uncaught_exception_with_its_text) {
  trace.uncaught_exception(t1, "vector::at");
  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().checker, "uncaught-exception");
  EXPECT_TRUE(findings.front().stops_execution);
  EXPECT_EQ(text_of(trace.trace(), findings.front().sentence), "An exception left T1: vector::at");
}

TEST_F(ProgramErrors, tells_a_failed_expectation_at_the_event_after_it) {
  const Step failed = trace.at(12).expectation(t1, "Expected: x\n  Actual: y");
  EXPECT_TRUE(so_far().empty()) << "the framework may hold locks now";
  trace.add(t0, TraceBuilder::of(OperationKind::yield));
  const Findings findings = so_far();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().checker, "failed-expectation");
  EXPECT_TRUE(findings.front().stops_execution);
  EXPECT_EQ(findings.front().step, failed);
  EXPECT_EQ(findings.front().steps, (std::vector<Step>{failed}));
  EXPECT_EQ(findings.front().threads, (std::vector<ThreadIndex>{t1}));
  EXPECT_EQ(text_of(trace.trace(), findings.front().sentence),
            "An expectation failed in T1 at :12:\nExpected: x\n  Actual: y");
}

TEST_F(ProgramErrors, tells_a_failed_expectation_at_the_end_when_nothing_comes_after_it) {
  trace.expectation(t1, "x");
  EXPECT_EQ(find().size(), 1U);
}

TEST_F(ProgramErrors, makes_one_finding_of_expectations_that_fail_at_once) {
  const Step one = trace.expectation(t1, "the first");
  const Step other = trace.expectation(t1, "the second");
  const Findings findings = find();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().steps, (std::vector<Step>{one, other}));
  EXPECT_NE(text_of(trace.trace(), findings.front().sentence).find("the first"), std::string::npos);
}

TEST_F(ProgramErrors, forgets_an_expectation_of_the_execution_before) {
  trace.expectation(t1, "x");
  EXPECT_TRUE(so_far().empty());
  checker.begin();
  HappensBefore clocks;
  Waits waits;
  Findings findings;
  checker.finish({Verdict::passed, 0}, Observation(trace.trace(), clocks, waits), findings);
  EXPECT_TRUE(findings.empty());
}

}  // namespace
}  // namespace snag
