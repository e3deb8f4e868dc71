// call_once: what the standard promises of it, under every schedule.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

TEST(CallOnce, runs_once_and_everybody_sees_it_done) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        once_flag flag;
        int ran = 0;
        const auto work = [&] {
          call_once(flag, [&] {
            this_thread::yield();
            ++ran;
          });
          check(ran == 1, "call_once returns only when the function has");
        };
        thread one(work), two(work);
        work();
        one.join();
        two.join();
      },
      {.exhaustive_max = 5'000}));
}

TEST(CallOnce, may_be_any_thread_that_runs_it) {
  EXPECT_EQ(outcomes_of([] {
              once_flag flag;
              int runner = 0;
              thread one([&] {
                call_once(
                    flag, [&](int self) { runner = self; }, 1);
              });
              thread two([&] {
                call_once(
                    flag, [&](int self) { runner = self; }, 2);
              });
              one.join();
              two.join();
              return runner;
            }),
            (std::set<int>{1, 2}));
}

TEST(CallOnce, is_tried_again_by_another_when_the_function_throws) {
  using Outcome = std::pair<int, int>;  // times tried, exceptions seen
  EXPECT_EQ(outcomes_of([] {
              once_flag flag;
              int tried = 0;
              int caught = 0;
              bool done = false;
              const auto work = [&] {
                try {
                  call_once(flag, [&] {
                    this_thread::yield();
                    if (++tried == 1) throw std::runtime_error("the first time");
                    done = true;
                  });
                  check(done, "who returns has seen it done");
                } catch (const std::runtime_error&) { ++caught; }
              };
              thread one(work), two(work);
              one.join();
              two.join();
              check(done, "the second succeeds");
              return Outcome(tried, caught);
            }),
            std::set<Outcome>{Outcome(2, 1)});
}

TEST(CallOnce, hands_on_its_arguments) {
  holds_under_every_schedule([] {
    once_flag flag;
    int sum = 0;
    call_once(
        flag, [](int& into, int a, int&& b) { into = a + b; }, sum, 2, 3);
    check(sum == 5, "by reference, value and rvalue");
  });
}

TEST(CallOnce, on_its_own_flag_inside_never_returns) {
  EXPECT_EQ(verdicts_of([] {
              once_flag flag;
              call_once(flag, [&] { call_once(flag, [] {}); });
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(CallOnce, records_who_ran_it_and_how_it_ended) {
  const Trace trace = trace_of([] {
    once_flag flag;
    try {
      call_once(flag, [] { throw 1; });
    } catch (int) {}
    call_once(flag, [] {});
    call_once(flag, [] {});
  });
  const std::vector<Event> entered = events_of(trace, OperationKind::once_enter);
  const std::vector<Event> left = events_of(trace, OperationKind::once_leave);
  ASSERT_EQ(entered.size(), 3U);
  EXPECT_EQ(entered[0].after, 1U);
  EXPECT_EQ(entered[1].after, 1U);
  EXPECT_EQ(entered[2].after, 0U);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_FALSE(left[0].success);
  EXPECT_TRUE(left[1].success);
}

}  // namespace
}  // namespace snag
