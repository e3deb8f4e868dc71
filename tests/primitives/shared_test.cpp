// shared<T>, choose, check and name: what scenarios are written with beside the standard's types.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

TEST(Shared, is_a_variable) {
  holds_under_every_schedule([] {
    shared<int> x{3};
    check(x == 3 && x.read() == 3, "the initial value");
    x = 4;
    x.write(x + 1);
    check(x == 5, "written");
    x += 3;
    x -= 2;
    x *= 4;
    x /= 3;
    check(x == 8, "arithmetic");
    x |= 3;
    x &= 10;
    x ^= 1;
    check(x == 11, "bits");
    check(++x == 12 && x++ == 12 && x == 13, "up");
    check(--x == 12 && x-- == 12 && x == 11, "down");
    shared<int> y;
    y = x;
    check(y == 11, "from another");
  });
}

TEST(Shared, holds_texts_and_structures) {
  struct Account {
    int balance = 0;
    std::vector<int> log = {};
  };
  holds_under_every_schedule([] {
    shared<std::string> text{"begin", "text"};
    text += ", end";
    check(text.read() == "begin, end", "appended");
    text = std::string(1000, 'x');
    check(text.read().size() == 1000, "assigned");
    shared<Account> account;
    Account changed = account;
    changed.balance = 5;
    changed.log.push_back(5);
    account = changed;
    check(account.read().balance == 5 && account.read().log.size() == 1, "a structure goes in and out as a whole");
  });
}

TEST(Shared, loses_updates_that_are_read_and_then_written) {
  const auto count = [](auto increment) {
    return outcomes_of([increment] {
      shared<int> x{0};
      thread one([&] { increment(x); }), two([&] { increment(x); });
      one.join();
      two.join();
      return x.read();
    });
  };
  EXPECT_EQ(count([](shared<int>& x) { ++x; }), (std::set<int>{1, 2}));
  EXPECT_EQ(count([](shared<int>& x) { x++; }), (std::set<int>{1, 2}));
  EXPECT_EQ(count([](shared<int>& x) { x += 1; }), (std::set<int>{1, 2}));
  EXPECT_EQ(count([](shared<int>& x) { x = x + 1; }), (std::set<int>{1, 2}));
}

TEST(Shared, may_change_between_two_reads) {
  EXPECT_EQ(outcomes_of([] {
              shared<int> x{0};
              bool differed = false;
              thread writer([&] { x = 1; });
              differed = x != x;
              writer.join();
              return differed;
            }),
            (std::set<bool>{false, true}));
}

TEST(Shared, records_reads_and_writes_with_values) {
  const Trace trace = trace_of([] {
    shared<int> x{-7, "x"};
    ++x;
    shared<std::string> text{"a"};
    text = "b";
    text = "a";
  });
  ASSERT_EQ(trace.objects.size(), 2U);
  EXPECT_EQ(trace.objects[0].kind, ObjectKind::variable);
  EXPECT_EQ(trace.objects[0].name, "x");
  EXPECT_EQ(trace.objects[0].value, ValueKind::signed_integer);
  EXPECT_EQ(trace.objects[1].value, ValueKind::opaque);
  const std::vector<Event> reads = events_of(trace, OperationKind::read);
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(static_cast<std::int64_t>(reads[0].after), -7);
  const std::vector<Event> writes = events_of(trace, OperationKind::write);
  ASSERT_EQ(writes.size(), 3U);
  EXPECT_EQ(static_cast<std::int64_t>(writes[0].before), -7);
  EXPECT_EQ(static_cast<std::int64_t>(writes[0].after), -6);
  EXPECT_NE(writes[1].before, writes[1].after) << "opaque values are told apart by a digest";
  EXPECT_EQ(writes[1].before, writes[2].after) << "and recognised by it";
}

TEST(Choose, gives_every_value) {
  using Outcome = std::pair<std::uint32_t, std::uint32_t>;
  const auto outcomes = outcomes_of([] {
    const std::uint32_t first = choose(3);
    return Outcome(first, choose(first + 1));
  });
  EXPECT_EQ(outcomes, (std::set<Outcome>{{0, 0}, {1, 0}, {1, 1}, {2, 0}, {2, 1}, {2, 2}}));
}

TEST(Choose, of_one_is_no_choice_and_of_none_a_mistake) {
  Execution execution;
  ExhaustiveStrategy strategy;
  strategy.begin(0);
  execution.run({.name = "test", .body = [] { check(choose(1) == 0, "the only one"); }}, strategy, {});
  EXPECT_TRUE(execution.schedule().empty());
  EXPECT_EQ(events_of(execution.trace(), OperationKind::choose).size(), 1U);
  EXPECT_THROW(execution.run({.name = "test", .body = [] { choose(0); }}, strategy, {}), UsageError);
}

TEST(Choose, is_recorded_with_its_answer) {
  std::set<std::uint64_t> answers;
  for_every_schedule([] { choose(4); },
                     [&](const Execution& execution, const ExecutionResult&) {
                       const Event event = events_of(execution.trace(), OperationKind::choose).at(0);
                       ASSERT_EQ(event.operation.argument, 4U);
                       ASSERT_EQ(execution.schedule().at(0).kind, Choice::Kind::value);
                       ASSERT_EQ(execution.schedule().at(0).chosen, event.after);
                       ASSERT_EQ(execution.schedule().at(0).options, 4U);
                       answers.insert(event.after);
                     });
  EXPECT_EQ(answers, (std::set<std::uint64_t>{0, 1, 2, 3}));
}

TEST(Check, is_an_event_only_when_it_fails) {
  const Trace trace = trace_of([] {
    check(true, "holds");
    check(1 + 1 == 3, "does not hold");
  });
  const std::vector<Event> checks = events_of(trace, OperationKind::check);
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_FALSE(checks[0].success);
  EXPECT_EQ(trace.texts.at(checks[0].operation.argument), "does not hold");
}

TEST(AtEnd, runs_when_all_threads_have_ended_and_daemons_are_cut_off) {
  std::set<int> seen;
  for_every_schedule(
      [&] {
        const auto steps = std::make_shared<shared<int>>(0);
        at_end([&seen, steps] {
          seen.insert(steps->read());
          check(threading::active_count() == 1, "only T0 is left");
        });
        threading::Thread([steps] { *steps += 1; }).start();
        threading::Thread({.daemon = true}, [steps] {
          threading::Event never;
          *steps += 10;
          never.wait();
        }).start();
      },
      [](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(failure_in(execution.trace()), "");
      });
  EXPECT_TRUE(seen.contains(1)) << "the daemon was cut off before it did anything";
  EXPECT_TRUE(seen.contains(11)) << "the daemon came far";
  EXPECT_FALSE(seen.contains(0)) << "the other thread was waited for";
}

TEST(AtEnd, runs_the_last_function_first_and_its_checks_count) {
  std::vector<int> order;
  const Trace trace = trace_of([&] {
    at_end([&] {
      order.push_back(1);
      check(false, "fails at the end");
    });
    at_end([&] { order.push_back(2); });
  });
  EXPECT_EQ(order, (std::vector<int>{2, 1}));
  EXPECT_EQ(failure_in(trace), "fails at the end");
}

TEST(AtEnd, is_for_the_body_alone) {
  holds_under_every_schedule([] {
    bool refused = false;
    thread other([&] { refused = throws<UsageError>([] { at_end([] {}); }); });
    other.join();
    check(refused, "another thread may not");
  });
}

TEST(Name, is_what_reports_show) {
  const Trace trace = trace_of([] {
    mutex a;
    recursive_mutex b;
    condition_variable c;
    binary_semaphore d(0);
    latch e(1);
    barrier<> f(1);
    once_flag g;
    atomic<int> h;
    shared<int> i;
    mutex unnamed;
    name(a, "a");
    name(b, "b");
    name(c, "c");
    name(d, "d");
    name(e, "e");
    name(f, "f");
    name(g, "g");
    name(h, "h");
    name(i, "i");
  });
  std::string names;
  for (ObjectIndex object = 0; object < trace.objects.size(); ++object) names += display_name(trace, object) + ' ';
  EXPECT_EQ(names, "a b c d e f g h i mutex#2 ");
}

}  // namespace
}  // namespace snag
