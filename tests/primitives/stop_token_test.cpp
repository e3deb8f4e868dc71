// stop_token, stop_source and stop_callback: what the standard promises of them, under every schedule.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

TEST(StopSource, tells_the_first_request_from_the_others) {
  EXPECT_EQ(outcomes_of([] {
              stop_source source;
              const stop_token token = source.get_token();
              check(!token.stop_requested() && !source.stop_requested(), "nobody has asked yet");
              int first = 0;
              thread one([&] { first += source.request_stop() ? 1 : 0; });
              thread two([&] { first += source.request_stop() ? 1 : 0; });
              one.join();
              two.join();
              check(token.stop_requested() && source.stop_requested(), "both see the request");
              return first;
            }),
            std::set<int>{1});
}

TEST(StopSource, knows_whether_a_stop_is_possible) {
  holds_under_every_schedule([] {
    const stop_token none;
    check(!none.stop_possible() && !none.stop_requested(), "a default token");
    stop_source without(nostopstate);
    check(!without.stop_possible() && !without.request_stop() && !without.stop_requested(), "no stop state");
    std::optional<stop_source> source(std::in_place);
    const stop_token token = source->get_token();
    const stop_source copy = *source;
    check(copy == *source && token == copy.get_token() && token != none, "copies share their state");
    source.reset();
    check(token.stop_possible(), "one source is left");
    stop_source only(std::move(*std::make_optional(copy)));
    check(only.request_stop(), "it can still ask");
    check(token.stop_possible() && token.stop_requested(), "a stop requested stays possible");
  });
}

TEST(StopSource, and_its_tokens_are_equal_if_they_share_a_state) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    stop_source one, two;
    stop_token of_one = one.get_token(), of_two = two.get_token();
    check(one != two && of_one != of_two && of_one == one.get_token(), "each source has a state of its own");
    one.swap(two);
    check(two.get_token() == of_one && one.get_token() == of_two, "swapped sources");
    of_one.swap(of_two);
    check(one.get_token() == of_one, "swapped tokens");
    const stop_token moved = std::move(of_one);
    check(moved == one.get_token() && moved != of_two, "moved");
    two = one;
    check(two == one && two.request_stop() && moved.stop_requested(), "assigned");
    check(stop_source(nostopstate) == stop_source(nostopstate) && stop_token() == stop_token(), "none is none");
  }));
}

TEST(StopSource, is_out_of_reach_when_the_last_source_is_gone) {
  holds_under_every_schedule([] {
    std::optional<stop_source> source(std::in_place);
    const stop_token token = source->get_token();
    source.reset();
    check(!token.stop_possible(), "nobody is left to ask");
  });
}

TEST(StopCallback, runs_once_on_the_thread_that_asks_or_registers_too_late) {
  using Outcome = std::pair<int, bool>;  // how often it ran; whether on the asking thread
  EXPECT_EQ(outcomes_of([] {
              stop_source source;
              int ran = 0;
              thread::id runner;
              thread asker([&] { source.request_stop(); });
              const thread::id asking = asker.get_id();
              {
                const stop_callback callback(source.get_token(), [&] {
                  ++ran;
                  runner = this_thread::get_id();
                });
                asker.join();
              }
              return Outcome(ran, runner == asking);
            }),
            (std::set<Outcome>{{1, true}, {1, false}}));
}

TEST(StopCallback, never_runs_after_its_destructor) {
  EXPECT_EQ(outcomes_of([] {
              stop_source source;
              bool alive = false;
              int ran = 0;
              thread asker([&] { source.request_stop(); });
              {
                alive = true;
                const stop_callback callback(source.get_token(), [&] {
                  check(alive, "the callback runs only while it exists");
                  this_thread::yield();
                  check(alive, "its destructor waits until it has run");
                  ++ran;
                });
                this_thread::yield();
              }
              alive = false;
              asker.join();
              return ran;
            }),
            (std::set<int>{0, 1}));
}

TEST(StopCallback, may_destroy_itself) {
  holds_under_every_schedule([] {
    stop_source source;
    int ran = 0;
    using Callback = stop_callback<std::function<void()>>;
    std::unique_ptr<Callback> first;  // on the heap: a sanitizer sees when it is touched afterwards
    first = std::make_unique<Callback>(source.get_token(), [&] {
      ++ran;
      first.reset();
    });
    const Callback second(source.get_token(), [&] { ++ran; });
    source.request_stop();
    check(ran == 2 && !first, "both ran, and the first is gone");
  });
}

TEST(StopCallback, that_throws_terminates) {
  for_every_schedule(
      [] {
        stop_source source;
        const stop_callback callback(source.get_token(), [] { throw std::runtime_error("out of a callback"); });
        try {
          source.request_stop();
        } catch (const std::runtime_error&) { check(false, "request_stop is noexcept in the standard"); }
      },
      [](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::crash);
        ASSERT_NE(failure_in(execution.trace()).find("out of a callback"), std::string::npos)
            << failure_in(execution.trace());
      });
}

TEST(StopCallback, abandoned_while_it_runs_does_no_harm) {
  std::uint64_t executions = 0;
  for_every_schedule(
      [] {
        binary_semaphore never_released{0};
        std::string outlives_it = "a text longer than what fits in place, so that it lies on the heap";
        stop_source source;
        thread asker([&] {
          const stop_callback own(source.get_token(), [&] {
            this_thread::yield();
            never_released.acquire();
          });
          source.request_stop();
        });
        thread other([&] {
          const stop_callback elsewhere(source.get_token(), [] {});
          this_thread::yield();
        });
        asker.join();
        other.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::deadlock);
        ++executions;
      });
  EXPECT_GT(executions, 200U);
}

TEST(StopState, records_requests_and_questions) {
  const Trace trace = trace_of([] {
    stop_source source;
    const bool before = source.stop_requested();
    source.request_stop();
    source.request_stop();
    const bool after = source.get_token().stop_requested();
    check(!before && after, "seen");
  });
  const std::vector<Event> requests = events_of(trace, OperationKind::request_stop);
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(requests[0].success);
  EXPECT_FALSE(requests[1].success);
  const std::vector<Event> questions = events_of(trace, OperationKind::stop_requested);
  ASSERT_EQ(questions.size(), 2U);
  EXPECT_EQ(questions[0].after, 0U);
  EXPECT_EQ(questions[1].after, 1U);
  EXPECT_EQ(trace.objects.at(questions[0].operation.object).kind, ObjectKind::stop_state);
}

}  // namespace
}  // namespace snag
