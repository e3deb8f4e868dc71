// Commands in parallel against a sequential model: right objects pass, broken ones fail with a counterexample that has
// shrunk to the few commands and switches that it takes.
#include <snag/rapidcheck.h>
#include <snag/snag.h>

#include "tests/support/child.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using snag::rapidcheck::check_linearizable;
using snag::rapidcheck::Parallel;
using snag::rapidcheck::ParallelOptions;

// ---- A counter ---------------------------------------------------------------------------------------------------

struct RightCounter {
  snag::atomic<int> count{0};
  int add() { return count.fetch_add(1) + 1; }
  void clear() { count.store(0); }
};

struct BrokenCounter {
  snag::atomic<int> count{0};
  int add() {
    const int seen = count.load();
    count.store(seen + 1);
    return seen + 1;
  }
  void clear() { count.store(0); }
};

struct Count {
  bool clears;

  template <class Counter>
  int run(Counter& counter) const {
    if (!clears) return counter.add();
    counter.clear();
    return 0;
  }
  int apply(int& model) const { return clears ? model = 0 : ++model; }
};

std::ostream& operator<<(std::ostream& stream, const Count& command) {
  return stream << (command.clears ? "clear" : "add");
}

// ---- A bounded queue ---------------------------------------------------------------------------------------------

constexpr std::size_t room = 2;

struct RightQueue {
  snag::mutex mutex;
  std::deque<int> items;

  bool push(int value) {
    const std::lock_guard guard(mutex);
    if (items.size() == room) return false;
    items.push_back(value);
    return true;
  }
  std::optional<int> pop() {
    const std::lock_guard guard(mutex);
    if (items.empty()) return std::nullopt;
    const int value = items.front();
    items.pop_front();
    return value;
  }
};

/// Looks whether there is room under one lock, and puts the item in under another.
struct BrokenQueue : RightQueue {
  bool push(int value) {
    {
      const std::lock_guard guard(mutex);
      if (items.size() == room) return false;
    }
    const std::lock_guard guard(mutex);
    items.push_back(value);
    return true;
  }
};

struct QueueCommand {
  std::optional<int> pushed;  // nothing: a pop

  // What was popped, or -1 when there was nothing; 1 for a push that went well, else 0.
  template <class Queue>
  int run(Queue& queue) const {
    return pushed ? int{queue.push(*pushed)} : queue.pop().value_or(-1);
  }
  int apply(std::deque<int>& model) const {
    if (pushed) {
      if (model.size() == room) return 0;
      model.push_back(*pushed);
      return 1;
    }
    if (model.empty()) return -1;
    const int value = model.front();
    model.pop_front();
    return value;
  }
};

std::ostream& operator<<(std::ostream& stream, const QueueCommand& command) {
  return command.pushed ? stream << "push(" << *command.pushed << ')' : stream << "pop";
}

// ---- A register whose commands return nothing, or something optional ---------------------------------------------

struct Clear {
  template <class Register>
  void run(Register& reg) const {
    reg.store(0);
  }
  void apply(int& model) const { model = 0; }
};
std::ostream& operator<<(std::ostream& stream, const Clear&) { return stream << "clear"; }

/// Answers with its own number, whoever asks: no model does that.
struct Ask {
  std::optional<bool> run(snag::atomic<int>& reg) const {
    return reg.fetch_add(1) == 0 ? std::optional(true) : std::nullopt;
  }
  std::optional<bool> apply(int&) const { return false; }
};
std::ostream& operator<<(std::ostream& stream, const Ask&) { return stream << "ask"; }

// ---- Two locks, taken in either order ----------------------------------------------------------------------------

struct TwoLocks {
  snag::mutex one, other;
};

struct TakeBoth {
  bool backwards;
  bool run(TwoLocks& locks) const {
    const std::lock_guard first(backwards ? locks.other : locks.one);
    const std::lock_guard second(backwards ? locks.one : locks.other);
    return true;
  }
  bool apply(int&) const { return true; }
};
std::ostream& operator<<(std::ostream& stream, const TakeBoth& command) {
  return stream << (command.backwards ? "backwards" : "forwards");
}

}  // namespace

template <>
struct rc::Arbitrary<Count> {
  static Gen<Count> arbitrary() {
    return gen::map(gen::weightedElement<bool>({{4, false}, {1, true}}), [](bool clears) { return Count{clears}; });
  }
};

template <>
struct rc::Arbitrary<QueueCommand> {
  static Gen<QueueCommand> arbitrary() {
    return gen::oneOf(gen::just(QueueCommand{}),
                      gen::map(gen::inRange(0, 10), [](int value) { return QueueCommand{value}; }));
  }
};

namespace {

/// Checks a property with this seed: how it failed, or a failure of the test.
template <class Property>
rc::detail::FailureResult failure_of(Property property, std::uint64_t seed) {
  rc::detail::TestParams params;
  params.seed = seed;
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  if (!result.template is<rc::detail::FailureResult>()) {
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    ADD_FAILURE() << "the property should fail: " << text.str();
    return {};
  }
  return result.template get<rc::detail::FailureResult>();
}

/// The counterexample, a line each, without its last line, which is the schedule.
std::string commands_of(const rc::detail::FailureResult& failure) {
  if (failure.counterExample.empty()) return "none";
  const std::string text = failure.counterExample.front().second;
  return text.substr(0, text.find("\n  schedule: "));
}

RC_GTEST_PROP(ParallelProperty, a_right_counter_passes, (const Parallel<Count>& program)) {
  check_linearizable("right-counter", program, 0, [] { return RightCounter{}; });
}

RC_GTEST_PROP(ParallelProperty, a_right_queue_passes, (const Parallel<QueueCommand>& program)) {
  check_linearizable("right-queue", program, std::deque<int>(), [] { return RightQueue{}; });
}

TEST(Parallel, is_shown_with_its_threads_numbered_as_in_the_report) {
  const Parallel<Count> program{
      .before = {{false}, {true}}, .branches = {{}, {{false}}, {{true}}}, .schedule = {{0, 1}}};
  EXPECT_EQ(rc::toString(program),
            "\n  before: add, clear\n  T1: add\n  T2: clear\n  schedule: switch at choice 2 (1)\n");
}

TEST(Parallel, a_broken_counter_shrinks_to_two_additions) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto failure = failure_of(
        [](const Parallel<Count>& program) {
          check_linearizable("counter", program, 0, [] { return BrokenCounter{}; });
        },
        seed);
    // The lost update names itself: it is seen before the results are compared.
    EXPECT_CONTAINS(failure.description, "lost-update in property/counter");
    EXPECT_EQ(commands_of(failure), "(\n  T1: add\n  T2: add") << "seed " << seed;
  }
}

TEST(Parallel, a_broken_queue_shrinks_to_a_full_one_and_shows_what_was_returned) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto failure = failure_of(
        [](const Parallel<QueueCommand>& program) {
          check_linearizable("queue", program, std::deque<int>(), [] { return BrokenQueue{}; });
        },
        seed);
    // One item is in the queue, or comes to be; two more are put where there is room for one.
    const std::string commands = commands_of(failure);
    EXPECT_EQ(snag::testing::count_of(commands, "push(0)"), 3U) << commands;
    EXPECT_EQ(snag::testing::count_of(commands, "pop"), 0U) << commands;
    EXPECT_EQ(snag::testing::count_of(commands, "push"), 3U) << commands;
    EXPECT_CONTAINS(failure.description, "no order of these calls explains what they returned:");
    EXPECT_EQ(snag::testing::count_of(failure.description, "push(0) -> 1"), 3U) << failure.description;
    EXPECT_CONTAINS(failure.description, "What happened, step by step");
    EXPECT_GE(snag::testing::count_of(failure.description, "  parallel_test.cpp:"), 8U)
        << "the places of the locks, in members defined inside their class";
    EXPECT_CONTAINS(failure.description, "SNAG_REPLAY=1:property/queue:");
  }
}

TEST(Parallel, the_schedule_alone_finds_it_too_and_shrinks_with_the_program) {
  const auto failure = failure_of(
      [](const Parallel<QueueCommand>& program) {
        check_linearizable("queue", program, std::deque<int>(), [] { return BrokenQueue{}; }, {.executions = 0});
      },
      1);
  ASSERT_FALSE(failure.counterExample.empty());
  const std::string text = failure.counterExample.front().second;
  EXPECT_CONTAINS(text, "\n  schedule: switch at choice ");
  EXPECT_LE(snag::testing::count_of(text.substr(text.find("schedule")), " ("), 2U) << text;
  EXPECT_LE(snag::testing::count_of(text, "push"), 4U) << text;
}

TEST(Parallel, commands_may_return_nothing) {
  check_linearizable("clear", Parallel<Clear>{.branches = {{Clear{}}, {Clear{}}}}, 0,
                     [] { return snag::atomic<int>(0); });
}

TEST(Parallel, results_are_shown_in_words) {
  const auto failure = failure_of(
      [] {
        check_linearizable("ask", Parallel<Ask>{.before = {Ask{}}, .branches = {{Ask{}}}}, 0,
                           [] { return snag::atomic<int>(0); });
      },
      1);
  EXPECT_CONTAINS(failure.description, "\n    before: ask -> true\n    T1: ask -> nothing\n");
}

TEST(Parallel, a_deadlock_between_commands_is_a_finding) {
  EXPECT_THROW(
      try {
        check_linearizable("locks", Parallel<TakeBoth>{.branches = {{{false}}, {{true}}}}, 0,
                           [] { return TwoLocks{}; });
      } catch (const rc::detail::CaseResult& result) {
        EXPECT_CONTAINS(result.description, "wait-cycle in property/locks");
        throw;
      },
      rc::detail::CaseResult);
}

}  // namespace
