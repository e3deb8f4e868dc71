// promise, future, shared_future, packaged_task and async: values, errors, waits and the ends of threads, under every
// schedule.
#include "checkers/all.h"
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

// The code of the future_error that the call throws.
template <class Call>
bool refuses(Call call, future_errc with) {
  try {
    call();
  } catch (const future_error& error) { return error.code() == with; }
  return false;
}

// What a future without checkers comes to.
template <class Future>
std::string message_of(Future& future) {
  try {
    static_cast<void>(future.get());
  } catch (const std::exception& error) { return error.what(); }
  return {};
}

// The findings of all checkers, over every schedule that the search reaches, with whether the sentence of each was kept.
std::set<std::string> findings_of(const std::function<void()>& body, std::uint64_t executions_max = 3'000) {
  const Scenario scenario{.name = "test", .body = body};
  const auto checkers = all_checkers();
  std::set<std::string> names;
  Execution execution;
  ExhaustiveStrategy strategy;
  for (std::uint64_t number = 0; number < executions_max && strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run(scenario, strategy, checkers);
    strategy.end(execution.schedule(), result.points);
    for (const Finding& finding : result.findings) names.insert(finding.checker);
  }
  return names;
}

// ---- Promises and futures ------------------------------------------------------------------------------------------

TEST(Promise, hands_its_value_to_another_thread) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    promise<std::string> made;
    future<std::string> wanted = made.get_future();
    check(wanted.valid(), "valid until it is asked");
    thread maker([&] { made.set_value("done"); });
    check(wanted.get() == "done", "the value arrives");
    check(!wanted.valid(), "a future gives its value once");
    maker.join();
  }));
}

TEST(Promise, orders_what_came_before_it) {
  const auto body = [] {
    promise<void> made;
    future<void> wanted = made.get_future();
    shared<int> data{0, "data"};
    thread maker([&] {
      data = 1;
      made.set_value();
    });
    wanted.get();
    check(data == 1, "what was written before");
    maker.join();
  };
  EXPECT_TRUE(findings_of(body).empty());
}

TEST(Promise, carries_references_and_what_can_only_be_moved) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int number = 1;
    promise<int&> reference;
    promise<std::unique_ptr<int>> pointer;
    future<int&> wanted = reference.get_future();
    future<std::unique_ptr<int>> other = pointer.get_future();
    thread maker([&] {
      reference.set_value(number);
      pointer.set_value(std::make_unique<int>(7));
    });
    check(&wanted.get() == &number, "the very same object");
    check(*other.get() == 7, "moved through");
    maker.join();
  }));
}

TEST(Promise, hands_on_an_exception) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    promise<int> made;
    future<int> wanted = made.get_future();
    thread maker([&] {
      try {
        throw std::runtime_error("no luck");
      } catch (...) { made.set_exception(std::current_exception()); }
    });
    check(message_of(wanted) == "no luck", "the exception arrives");
    check(!wanted.valid(), "an exception counts as the result");
    maker.join();
  }));
}

TEST(Promise, refuses_what_the_standard_refuses) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    promise<int> made;
    future<int> wanted = made.get_future();
    check(refuses([&] { static_cast<void>(made.get_future()); }, future_errc::future_already_retrieved), "one future");
    made.set_value(1);
    check(refuses([&] { made.set_value(2); }, future_errc::promise_already_satisfied), "one value");
    check(refuses([&] { made.set_exception(std::make_exception_ptr(1)); }, future_errc::promise_already_satisfied),
          "nor an exception after it");
    check(refuses([&] { made.set_value_at_thread_exit(2); }, future_errc::promise_already_satisfied), "nor later");
    promise<int> moved = std::move(made);
    check(refuses([&] { made.set_value(2); }, future_errc::no_state), "nothing left");
    check(refuses([&] { static_cast<void>(made.get_future()); }, future_errc::no_state), "nothing left");
    check(wanted.get() == 1, "the first value stands");
    check(refuses([&] { static_cast<void>(wanted.get()); }, future_errc::no_state), "asked twice");
    check(refuses([&] { wanted.wait(); }, future_errc::no_state), "waited for in vain");
    check(refuses([&] { static_cast<void>(future<int>().wait_for(1ms)); }, future_errc::no_state), "never had one");
  }));
}

TEST(Promise, of_two_that_set_it_at_once_one_wins) {
  using Outcome = std::pair<int, int>;  // the value, how many were refused
  EXPECT_EQ(outcomes_of([] {
              promise<int> made;
              future<int> wanted = made.get_future();
              int refused = 0;
              const auto set = [&](int value) {
                if (refuses([&] { made.set_value(value); }, future_errc::promise_already_satisfied)) ++refused;
              };
              thread one(set, 1), two(set, 2);
              const int value = wanted.get();
              one.join();
              two.join();
              return Outcome{value, refused};
            }),
            (std::set<Outcome>{{1, 1}, {2, 1}}));
}

TEST(Promise, survives_a_copy_that_throws) {
  struct Stubborn {
    Stubborn() = default;
    Stubborn(const Stubborn&) { throw std::runtime_error("not copied"); }
    Stubborn(Stubborn&&) = default;
  };
  EXPECT_TRUE(holds_under_every_schedule([] {
    promise<Stubborn> made;
    future<Stubborn> wanted = made.get_future();
    const Stubborn original;
    bool thrown = false;
    try {
      made.set_value(original);
    } catch (const std::runtime_error&) { thrown = true; }
    check(thrown, "the copy's exception comes through");
    made.set_value(Stubborn());
    static_cast<void>(wanted.get());
  }));
}

TEST(Promise, swaps_and_takes_an_allocator) {
  static_assert(std::uses_allocator_v<promise<int>, std::allocator<int>>);
  EXPECT_TRUE(holds_under_every_schedule([] {
    promise<int> one(std::allocator_arg, std::allocator<int>()), two;
    future<int> wanted = one.get_future();
    swap(one, two);
    two.set_value(5);
    check(wanted.get() == 5, "the state went over");
  }));
}

TEST(Future, waits_until_there_is_a_result_or_its_time_is_over) {
  using Outcome = std::pair<future_status, future_status>;
  const auto body = [] {
    promise<int> made;
    const future<int> wanted = made.get_future();
    const auto begin = steady_clock::now();
    Outcome outcome;
    thread maker([&] { made.set_value(1); });
    outcome.first = wanted.wait_for(10ms);
    if (outcome.first == future_status::timeout) check(steady_clock::now() >= begin + 10ms, "time has passed");
    outcome.second = wanted.wait_until(begin + 1s);
    wanted.wait();
    check(wanted.wait_for(0s) == future_status::ready, "ready for good");
    maker.join();
    return outcome;
  };
  constexpr auto ready = future_status::ready, timeout = future_status::timeout;
  EXPECT_EQ(outcomes_of(body), (std::set<Outcome>{{ready, ready}, {timeout, ready}, {timeout, timeout}}));
  EXPECT_EQ(outcomes_of(body, {.time = TimeModel::ideal}), (std::set<Outcome>{{ready, ready}}));
}

TEST(Future, that_is_polled_is_no_livelock) {
  EXPECT_EQ(verdicts_of([] {
              promise<void> made;
              future<void> wanted = made.get_future();
              thread maker([&] { made.set_value(); });
              while (wanted.wait_for(0s) != future_status::ready) {}
              maker.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

TEST(SharedFuture, gives_every_holder_the_same_value) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        promise<std::string> made;
        shared_future<std::string> wanted = made.get_future();
        const std::string* seen[2] = {};
        thread one([&, copy = wanted] { seen[0] = &copy.get(); });
        thread two([&, copy = wanted] { seen[1] = &copy.get(); });
        made.set_value("for all");
        check(wanted.get() == "for all" && wanted.valid(), "it may be asked again");
        check(&wanted.get() == &wanted.get(), "one value");
        one.join();
        two.join();
        check(seen[0] == seen[1] && *seen[0] == "for all", "the same for all");
      },
      {.exhaustive_max = 3'000}));
}

TEST(SharedFuture, hands_an_exception_to_each_and_takes_over_a_future) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    promise<int> made;
    future<int> single = made.get_future();
    const shared_future<int> one = single.share();
    check(!single.valid() && one.valid(), "handed over");
    const shared_future<int> two = one;
    made.set_exception(std::make_exception_ptr(std::runtime_error("for all")));
    check(message_of(one) == "for all" && message_of(two) == "for all", "each gets it");
    int number = 3;
    promise<int&> reference;
    const shared_future<int&> referring = reference.get_future();
    reference.set_value(number);
    check(&referring.get() == &number, "a reference");
    promise<void> nothing;
    const shared_future<void> empty = nothing.get_future();
    nothing.set_value();
    empty.get();
    check(refuses([] { shared_future<int>().wait(); }, future_errc::no_state), "no state");
  }));
}

// ---- Results that wait for the end of a thread -----------------------------------------------------------------------

TEST(Promise, at_thread_exit_is_ready_when_the_thread_has_ended) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    promise<int> made;
    future<int> wanted = made.get_future();
    int steps = 0;
    thread maker([&] {
      made.set_value_at_thread_exit(1);
      check(refuses([&] { made.set_value(2); }, future_errc::promise_already_satisfied), "there is a value already");
      this_thread::yield();
      ++steps;
    });
    check(wanted.get() == 1 && steps == 1, "not before the thread has done all");
    maker.join();
  }));
}

TEST(Promise, at_thread_exit_may_go_before_the_thread_ends) {
  EXPECT_TRUE(findings_of([] {
                future<void> wanted, failed;
                thread maker([&] {
                  promise<void> made, broken;
                  wanted = made.get_future();
                  made.set_value_at_thread_exit();
                  failed = broken.get_future();
                  broken.set_exception_at_thread_exit(std::make_exception_ptr(std::runtime_error("late")));
                });
                maker.join();
                wanted.get();
                check(message_of(failed) == "late", "the exception arrives");
              }).empty());
}

// ---- Broken promises -------------------------------------------------------------------------------------------------

void drop_a_promise() {
  promise<int> made;
  future<int> wanted = made.get_future();
  thread dropper([mine = std::move(made)]() mutable { const promise<int> last = std::move(mine); });
  check(refuses([&] { static_cast<void>(wanted.get()); }, future_errc::broken_promise), "nobody keeps it");
  dropper.join();
}

TEST(Promise, that_goes_without_a_result_breaks) {
  EXPECT_TRUE(holds_under_every_schedule(&drop_a_promise));
  EXPECT_EQ(findings_of(&drop_a_promise), std::set<std::string>{"broken-promise"});
  EXPECT_EQ(findings_of([] {
              future<void> wanted;
              {
                packaged_task<void()> never_run([] {});
                wanted = never_run.get_future();
              }
              wanted.get();
            }),
            std::set<std::string>{"broken-promise"});
  EXPECT_EQ(findings_of([] {
              promise<void> made;
              const future<void> wanted = made.get_future();
              made = promise<void>();
              wanted.wait();
            }),
            std::set<std::string>{"broken-promise"});
}

TEST(Promise, that_nobody_waits_for_may_go) {
  EXPECT_TRUE(findings_of([] {
                promise<int> never_asked;
                promise<int> asked_and_forgotten;
                static_cast<void>(asked_and_forgotten.get_future());
                promise<int> kept;
                const future<int> never_used = kept.get_future();
                const promise<int> gone = std::move(kept);
              }).empty());
}

// ---- Packaged tasks --------------------------------------------------------------------------------------------------

TEST(PackagedTask, keeps_what_its_function_returns_or_throws) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    packaged_task<int(int, int)> sum([](int one, int other) {
      if (other < 0) throw std::runtime_error("negative");
      return one + other;
    });
    check(sum.valid() && !packaged_task<void()>().valid(), "valid with a function");
    future<int> wanted = sum.get_future();
    thread worker([&] { sum(2, 3); });
    check(wanted.get() == 5, "the sum");
    worker.join();
    check(refuses([&] { sum(1, 1); }, future_errc::promise_already_satisfied), "it runs once");
    sum.reset();
    future<int> second = sum.get_future();
    sum(1, -1);
    check(message_of(second) == "negative", "the exception");
    packaged_task<int(int, int)> moved = std::move(sum);
    check(!sum.valid(), "moved from");
    check(refuses([&] { sum(1, 1); }, future_errc::no_state), "nothing to run");
    check(refuses([&] { sum.reset(); }, future_errc::no_state), "nothing to reset");
    check(refuses([&] { static_cast<void>(moved.get_future()); }, future_errc::future_already_retrieved), "one future");
  }));
}

TEST(PackagedTask, passes_references_and_moves) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int number = 1;
    packaged_task<int&(int&, std::unique_ptr<int>)> task([](int& one, std::unique_ptr<int> two) -> int& {
      one += *two;
      return one;
    });
    future<int&> wanted = task.get_future();
    task(number, std::make_unique<int>(4));
    check(&wanted.get() == &number && number == 5, "a reference goes in and out");
    packaged_task deduced([](int) {});
    static_assert(std::same_as<decltype(deduced), packaged_task<void(int)>>);
  }));
}

TEST(PackagedTask, may_be_ready_at_the_end_of_its_thread_only) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    packaged_task<int()> task([] { return 1; });
    future<int> wanted = task.get_future();
    int steps = 0;
    thread worker([&] {
      task.make_ready_at_thread_exit();
      this_thread::yield();
      ++steps;
    });
    check(wanted.get() == 1 && steps == 1, "not before the thread has done all");
    worker.join();
  }));
}

// ---- Async -----------------------------------------------------------------------------------------------------------

TEST(Async, runs_its_function_in_another_thread) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    const thread::id here = this_thread::get_id();
    const auto elsewhere = [here](int value) {
      check(this_thread::get_id() != here, "a thread of its own");
      return value;
    };
    future<int> one = async(std::launch::async, elsewhere, 1);
    future<int> two = async(elsewhere, 2);
    check(one.get() + two.get() == 3, "both values");
  }));
}

TEST(Async, moves_its_arguments_and_hands_on_exceptions) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    future<int> value = async([](std::unique_ptr<int> pointer) { return *pointer; }, std::make_unique<int>(9));
    future<void> failing = async([] { throw std::runtime_error("inside"); });
    check(value.get() == 9 && message_of(failing) == "inside", "value and exception");
  }));
}

TEST(Async, deferred_runs_in_the_first_thread_that_waits_and_once) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        int runs = 0;
        shared_future<thread::id> wanted = async(std::launch::deferred, [&] {
          this_thread::yield();
          ++runs;
          return this_thread::get_id();
        });
        check(wanted.wait_for(1h) == future_status::deferred && runs == 0, "a timed wait does not run it");
        thread::id seen[2];
        thread one([&, copy = wanted] {
          seen[0] = copy.get();
          check(runs == 1, "done when it is got");
        });
        thread two([&, copy = wanted] { seen[1] = copy.get(); });
        const thread::id first = one.get_id(), second = two.get_id();
        one.join();
        two.join();
        check(runs == 1 && seen[0] == seen[1], "once");
        check(seen[0] == first || seen[0] == second, "by one that waits");
        check(wanted.wait_for(0s) == future_status::ready, "ready from now on");
      },
      {.exhaustive_max = 5'000}));
  EXPECT_EQ(outcomes_of([] {
              bool first_ran_it = false;
              const shared_future<thread::id> wanted =
                  async(std::launch::deferred, [] { return this_thread::get_id(); });
              thread one([&, copy = wanted] { first_ran_it = copy.get() == this_thread::get_id(); });
              thread two([copy = wanted] { copy.wait(); });
              one.join();
              two.join();
              return first_ran_it;
            }),
            (std::set<bool>{false, true}));
}

TEST(Async, deferred_that_nobody_asks_for_never_runs) {
  EXPECT_TRUE(findings_of([] {
                bool ran = false;
                {
                  const future<void> unasked = async(std::launch::deferred, [&] { ran = true; });
                }
                check(!ran, "nobody asked");
              }).empty());
}

TEST(Async, is_joined_by_the_last_of_its_futures) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int done = 0;
    {
      const future<void> unasked = async([&] {
        this_thread::yield();
        ++done;
      });
    }
    check(done == 1, "the destructor waits");
    {
      shared_future<void> one = async([&] {
        this_thread::yield();
        ++done;
      });
      { const shared_future<void> two = one; }
      one = {};
      check(done == 2, "the last one waits");
    }
    future<void> replaced = async([&] {
      this_thread::yield();
      ++done;
    });
    replaced = future<void>();
    check(done == 3, "so does an assignment");
  }));
}

TEST(Async, whose_tasks_wait_for_each_other_is_a_wait_cycle) {
  const auto body = [] {
    shared_future<void> one, two;
    latch both(1);
    one = async([&] {
      both.wait();
      two.wait();
    });
    two = async([&] { one.wait(); });
    both.count_down();
    one.wait();
  };
  EXPECT_EQ(findings_of(body), std::set<std::string>{"wait-cycle"});
  EXPECT_EQ(findings_of([] {
              mutex m;
              std::unique_lock lock(m);
              const future<void> needs_the_lock = async([&] { const std::lock_guard guard(m); });
              needs_the_lock.wait();
            }),
            std::set<std::string>{"wait-cycle"});
}

TEST(Async, deferred_that_waits_for_itself_is_a_wait_cycle) {
  EXPECT_EQ(findings_of([] {
              shared_future<void> self;
              self = async(std::launch::deferred, [&] { self.wait(); });
              self.wait();
            }),
            std::set<std::string>{"wait-cycle"});
}

// ---- Abandoned -------------------------------------------------------------------------------------------------------

TEST(Future, waits_of_every_kind_are_abandoned_cleanly) {
  const auto alive = std::make_shared<int>();
  std::set<std::uint32_t> parked;
  for_every_schedule(
      [&] {
        const auto keep = alive;
        promise<std::shared_ptr<int>> never_set;
        const shared_future<std::shared_ptr<int>> wanted = never_set.get_future();
        promise<std::shared_ptr<int>> late;
        const shared_future<std::shared_ptr<int>> other = late.get_future();
        thread one([wanted, keep] { wanted.wait(); });
        thread two([wanted, keep] { static_cast<void>(wanted.wait_for(std::chrono::hours::max())); });
        thread three([&, keep]() mutable {
          late.set_value_at_thread_exit(keep);
          wanted.wait();
        });
        const auto deferred = async(std::launch::deferred, [wanted, keep] { wanted.wait(); });
        const auto running = async([wanted, keep] { wanted.wait(); });
        deferred.wait();
        one.join();
        two.join();
        three.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::deadlock);
        parked.insert(result.parked);
        EXPECT_EQ(alive.use_count(), 1) << "all threads gave back what they held";
      },
      {.exhaustive_max = 100, .random_executions = 50});
  EXPECT_EQ(parked, std::set<std::uint32_t>{0});
}

TEST(Promise, that_is_dropped_while_it_is_abandoned_parks_nobody) {
  for_every_schedule(
      [] {
        promise<void> made;
        const future<void> wanted = made.get_future();
        thread dropper([mine = std::move(made)]() mutable { const promise<void> last = std::move(mine); });
        mutex m;
        m.lock();
        m.lock();
      },
      [](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::deadlock);
        EXPECT_EQ(result.parked, 0U);
      });
}

}  // namespace
}  // namespace snag
