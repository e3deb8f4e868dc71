// Scheduling by priority, from the primitives through the execution to the strategy: slices of work, preemption in the
// middle of work, quanta, aging, inheritance and ceilings. What happened is read off the trace.
#include "harness/strategies/priority.h"
#include "harness/strategies/exhaustive.h"
#include "harness/strategies/random.h"
#include "tests/support/every_schedule.h"
#include "tests/support/scripted_strategy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace snag {
namespace {

using namespace std::chrono_literals;
using testing::events_of;

class Onlooker : public Checker {
 public:
  void begin() override {}
  void observe(const Event&, const Observation&, Findings&) override {}
  void finish(const Outcome&, const Observation&, Findings&) override {}
};

Scenario scheduled(std::function<void()> body, const Scheduling& scheduling) {
  return {.name = "test", .body = std::move(body), .time = TimeModel::ideal, .scheduling = scheduling};
}

// Runs the body under its scheduling; ties are drawn.
ExecutionResult run(Execution& execution, const std::function<void()>& body, const Scheduling& scheduling = {},
                    std::uint64_t seed = 1) {
  std::vector<std::unique_ptr<Checker>> watching;
  watching.push_back(std::make_unique<Onlooker>());
  PriorityStrategy strategy(scheduling, std::make_unique<RandomStrategy>(seed));
  strategy.begin(0);
  ExecutionResult result = execution.run(scheduled(body, scheduling), strategy, watching);
  EXPECT_EQ(testing::failure_in(execution.trace()), "");
  return result;
}

// Who worked when: "T1 0-10, T2 10-15".
std::string work_of(const Trace& trace) {
  std::string text;
  for (const Event& event : events_of(trace, OperationKind::work))
    text += (text.empty() ? "" : ", ") + std::string("T") + std::to_string(event.thread) + " " +
            std::to_string(event.before) + "-" + std::to_string(event.after);
  return text;
}

std::string work_of(const std::function<void()>& body, const Scheduling& scheduling = {}, std::uint64_t seed = 1) {
  Execution execution;
  EXPECT_EQ(run(execution, body, scheduling, seed).verdict, Verdict::passed);
  return work_of(execution.trace());
}

thread worker(int priority, std::chrono::nanoseconds duration) {
  return thread_with_priority(priority, [duration] { work(duration); });
}

// Works when its arrival has come.
thread arrival(int priority, std::chrono::nanoseconds at, std::chrono::nanoseconds duration) {
  return thread_with_priority(priority, [at, duration] {
    this_thread::sleep_for(at);
    work(duration);
  });
}

void join_all(std::vector<thread>& threads) {
  for (thread& each : threads) each.join();
}

// Joins what stands between the braces, which start from left to right.
struct Joined {
  template <class... Threads>
  explicit Joined(Threads&&... threads) {
    (threads.join(), ...);
  }
};

TEST(Priority, the_more_urgent_works_first_and_to_its_end) {
  EXPECT_EQ(work_of([] { Joined{worker(2, 10ns), worker(0, 5ns), worker(1, 8ns)}; }), "T1 0-10, T3 10-18, T2 18-23");
}

TEST(Priority, equals_work_in_the_order_of_their_start) {
  EXPECT_EQ(work_of([] { Joined{worker(0, 3ns), worker(0, 2ns), worker(0, 1ns)}; }), "T1 0-3, T2 3-5, T3 5-6");
}

TEST(Priority, an_arrival_preempts_in_the_middle_of_work_and_the_rest_is_done_later) {
  EXPECT_EQ(work_of([] { Joined{worker(0, 10ns), arrival(1, 4ns, 3ns)}; }), "T1 0-4, T2 4-7, T1 7-13");
}

TEST(Priority, an_arrival_that_is_no_more_urgent_waits) {
  EXPECT_EQ(work_of([] {
              Joined{worker(1, 10ns), arrival(1, 4ns, 3ns), arrival(0, 2ns, 1ns)};
            }),
            "T1 0-2, T1 2-4, T1 4-10, T2 10-13, T3 13-14");
}

TEST(Priority, who_was_driven_out_goes_on_before_its_equals) {
  EXPECT_EQ(work_of([] {
              Joined{worker(0, 4ns), worker(0, 4ns), arrival(1, 2ns, 1ns)};
            }),
            "T1 0-2, T3 2-3, T1 3-5, T2 5-9");
}

TEST(Priority, without_preemption_an_arrival_waits_for_the_running_one_to_end) {
  EXPECT_EQ(work_of(
                [] {
                  Joined{worker(0, 10ns), arrival(1, 4ns, 3ns)};
                },
                {.policy = Policy::non_preemptive}),
            "T1 0-4, T1 4-10, T2 10-13");
}

TEST(Priority, without_preemption_a_sleep_lets_the_others_in) {
  const auto body = [] {
    thread low = thread_with_priority(0, [] {
      work(2ns);
      this_thread::sleep_for(1ns);
      work(2ns);
    });
    thread high = arrival(1, 1ns, 5ns);
    Joined{low, high};
  };
  EXPECT_EQ(work_of(body, {.policy = Policy::non_preemptive}), "T1 0-1, T1 1-2, T2 2-3, T2 3-7, T1 7-9");
}

TEST(Priority, equals_take_turns_of_a_quantum) {
  EXPECT_EQ(work_of(
                [] {
                  Joined{worker(0, 5ns), worker(0, 3ns)};
                },
                {.quantum = 2}),
            "T1 0-2, T2 2-4, T1 4-6, T2 6-7, T1 7-8");
}

TEST(Priority, the_quantum_counts_over_several_pieces_of_work) {
  const auto body = [] {
    thread one([] {
      work(1ns);
      work(3ns);
    });
    thread two = worker(0, 2ns);
    Joined{one, two};
  };
  EXPECT_EQ(work_of(body, {.quantum = 2}), "T1 0-1, T1 1-2, T2 2-4, T1 4-6");
}

TEST(Priority, who_was_driven_out_has_the_rest_of_its_quantum) {
  EXPECT_EQ(work_of(
                [] {
                  Joined{worker(0, 6ns), worker(0, 3ns), arrival(1, 1ns, 1ns)};
                },
                {.quantum = 3}),
            "T1 0-1, T3 1-2, T1 2-4, T2 4-7, T1 7-10");
}

TEST(Priority, a_quantum_is_no_use_to_the_less_urgent) {
  EXPECT_EQ(work_of([] { Joined{worker(0, 2ns), worker(1, 4ns)}; }, {.quantum = 2}), "T2 0-2, T2 2-4, T1 4-6");
}

TEST(Priority, a_yield_lets_equals_go_first_and_nobody_else) {
  const auto body = [] {
    thread one = thread_with_priority(1, [] {
      work(1ns);
      this_thread::yield();
      work(1ns);
    });
    Joined{one, worker(1, 1ns), worker(0, 1ns)};
  };
  EXPECT_EQ(work_of(body), "T1 0-1, T2 1-2, T1 2-3, T3 3-4");
}

TEST(Priority, waiting_makes_more_urgent_at_the_very_moment) {
  // T1 is 2 levels below: it is above after 3 levels of 5ns, and stays there until its work is done.
  EXPECT_EQ(work_of([] { Joined{worker(0, 4ns), worker(2, 30ns)}; }, {.aging = 5}), "T2 0-15, T1 15-19, T2 19-34");
}

TEST(Priority, who_was_raised_by_waiting_falls_back_when_its_quantum_is_over) {
  // From 5 on T1 is T2's equal, and gets its turn when T2's is over; after it T1 is below again, until 8 + 5.
  EXPECT_EQ(work_of(
                [] {
                  Joined{worker(0, 4ns), worker(1, 12ns)};
                },
                {.quantum = 2, .aging = 5}),
            "T2 0-2, T2 2-4, T2 4-6, T1 6-8, T2 8-10, T2 10-12, T2 12-14, T1 14-16");
}

TEST(Priority, a_thread_may_change_its_own_priority) {
  const auto body = [] {
    thread one = thread_with_priority(1, [] {
      work(2ns);
      set_priority(-1);
      work(2ns);
    });
    Joined{one, worker(0, 3ns)};
  };
  EXPECT_EQ(work_of(body), "T1 0-2, T2 2-5, T1 5-7");
}

TEST(Priority, a_thread_may_change_anothers_priority) {
  const auto body = [] {
    set_priority(9);
    thread one = worker(0, 3ns);
    thread two = worker(1, 3ns);
    set_priority(one, 2);
    Joined{one, two};
  };
  Execution execution;
  run(execution, body);
  EXPECT_EQ(work_of(execution.trace()), "T1 0-3, T2 3-6");
  const std::vector<Event> set = events_of(execution.trace(), OperationKind::set_priority);
  ASSERT_EQ(set.size(), 4U);
  EXPECT_EQ(set.back().operation.target, 1U);
  EXPECT_EQ(set.back().before, 0U);
  EXPECT_EQ(set.back().after, 2U);
}

TEST(Priority, a_thread_that_sets_its_own_priority_must_get_the_processor_first) {
  const auto body = [] {
    thread one = worker(1, 3ns);
    thread late([] {
      set_priority(2);
      work(2ns);
    });
    Joined{one, late};
  };
  EXPECT_EQ(work_of(body), "T1 0-3, T2 3-5");
}

TEST(Priority, means_nothing_where_no_scheduling_is_asked_for) {
  std::set<std::string> orders;
  testing::for_every_schedule(
      [] {
        Joined{worker(2, 10ns), worker(0, 5ns)};
      },
      [&](const Execution& execution, const ExecutionResult&) { orders.insert(work_of(execution.trace())); });
  EXPECT_EQ(orders, (std::set<std::string>{"T1 0-10, T2 10-15", "T2 0-5, T1 5-15"}));
}

TEST(Priority, of_a_thread_object_without_a_thread_is_refused) {
  Execution execution;
  EXPECT_THROW(run(execution, [] { set_priority(thread(), 1); }), UsageError);
}

TEST(Priority, more_work_than_the_clocks_can_tell_is_refused) {
  Execution execution;
  EXPECT_THROW(run(execution, [] { work(std::chrono::hours::max()); }), UsageError);
}

TEST(Priority, needs_ideal_time_and_preemption_for_a_quantum) {
  Execution execution;
  ScriptedStrategy script;
  Scenario scenario = scheduled([] {}, {});
  scenario.time = TimeModel::adversarial;
  EXPECT_THROW(execution.run(scenario, script, {}), UsageError);
  EXPECT_THROW(execution.run(scheduled([] {}, {.policy = Policy::non_preemptive, .quantum = 1}), script, {}),
               UsageError);
}

// ---- Readiness in the trace --------------------------------------------------------------------------------------

TEST(Readiness, is_told_with_the_time_when_a_sleep_is_over_and_when_a_lock_comes_free) {
  Execution execution;
  run(execution, [] {
    mutex m;
    thread low = thread_with_priority(0, [&] {
      std::lock_guard guard(m);
      work(10ns);
    });
    thread high = thread_with_priority(1, [&] {
      this_thread::sleep_for(4ns);
      std::lock_guard guard(m);
    });
    Joined{low, high};
  });
  std::vector<std::string> told;
  for (const Event& event : execution.trace().events) {
    if (event.thread != 2 || event.phase == Phase::done) continue;
    told.push_back(std::string(event.phase == Phase::ready ? "ready to " : "waits to ") +
                   name_of(event.operation.kind) + " at " + std::to_string(event.before));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"waits to sleep at 0", "ready to sleep at 4", "waits to lock at 4",
                                            "ready to lock at 10"}));
}

TEST(Readiness, is_not_told_where_no_scheduling_is_asked_for) {
  Execution execution;
  ScriptedStrategy script;
  std::vector<std::unique_ptr<Checker>> watching;
  watching.push_back(std::make_unique<Onlooker>());
  execution.run({.name = "test",
                 .body =
                     [] {
                       thread sleeper([] { this_thread::sleep_for(4ns); });
                       work(5ns);
                       sleeper.join();
                     },
                 .time = TimeModel::ideal},
                script, watching);
  EXPECT_TRUE(
      std::ranges::none_of(execution.trace().events, [](const Event& event) { return event.phase == Phase::ready; }));
}

// ---- Locks -------------------------------------------------------------------------------------------------------

// Low takes the lock for 4ns at 0, high wants it at 1, middle works 10ns from 2 on.
template <class Lock>
void inversion(Lock& lock) {
  thread low = thread_with_priority(0, [&] {
    std::lock_guard guard(lock);
    work(4ns);
  });
  thread high = thread_with_priority(2, [&] {
    this_thread::sleep_for(1ns);
    std::lock_guard guard(lock);
    work(1ns);
  });
  thread middle = arrival(1, 2ns, 10ns);
  Joined{low, high, middle};
}

TEST(PriorityMutex, a_plain_mutex_lets_the_middle_one_keep_the_urgent_one_waiting) {
  EXPECT_EQ(work_of([] {
              mutex lock;
              inversion(lock);
            }),
            "T1 0-1, T1 1-2, T3 2-12, T1 12-14, T2 14-15");
}

TEST(PriorityMutex, with_inheritance_the_holder_goes_before_the_middle_one) {
  EXPECT_EQ(work_of([] {
              priority_mutex lock{PriorityInheritance{}};
              inversion(lock);
            }),
            "T1 0-1, T1 1-2, T1 2-4, T2 4-5, T3 5-15");
}

TEST(PriorityMutex, with_a_ceiling_the_holder_goes_before_the_middle_one) {
  EXPECT_EQ(work_of([] {
              priority_mutex lock{PriorityCeiling{2}};
              inversion(lock);
            }),
            "T1 0-1, T1 1-2, T1 2-4, T2 4-5, T3 5-15");
}

TEST(PriorityMutex, a_ceiling_counts_before_anybody_waits) {
  const auto body = [] {
    priority_mutex lock{PriorityCeiling{2}};
    thread low = thread_with_priority(0, [&] {
      std::lock_guard guard(lock);
      work(4ns);
    });
    Joined{low, arrival(1, 2ns, 1ns)};
  };
  EXPECT_EQ(work_of(body), "T1 0-2, T1 2-4, T2 4-5");
}

TEST(PriorityMutex, hands_priorities_on_through_a_chain_of_three) {
  const auto body = [] {
    priority_mutex a{PriorityInheritance{}}, b{PriorityInheritance{}};
    thread lowest = thread_with_priority(0, [&] {
      std::lock_guard guard(a);
      work(4ns);
    });
    thread low = thread_with_priority(1, [&] {
      this_thread::sleep_for(1ns);
      std::lock_guard outer(b);
      std::lock_guard inner(a);
      work(1ns);
    });
    thread high = thread_with_priority(3, [&] {
      this_thread::sleep_for(2ns);
      std::lock_guard guard(b);
      work(1ns);
    });
    Joined{lowest, low, high, arrival(2, 3ns, 10ns)};
  };
  // At 3 T4 (2) arrives: T1 (0) goes on, because T2 waits for it, and T3 (3) for T2.
  EXPECT_EQ(work_of(body), "T1 0-1, T1 1-2, T1 2-3, T1 3-4, T2 4-5, T3 5-6, T4 6-16");
}

TEST(PriorityMutex, the_priority_falls_back_with_the_release) {
  const auto body = [] {
    priority_mutex lock{PriorityInheritance{}};
    thread low = thread_with_priority(0, [&] {
      lock.lock();
      work(4ns);
      lock.unlock();
      work(1ns);
    });
    thread high = thread_with_priority(2, [&] {
      this_thread::sleep_for(1ns);
      std::lock_guard guard(lock);
    });
    Joined{low, high, arrival(1, 2ns, 2ns)};
  };
  EXPECT_EQ(work_of(body), "T1 0-1, T1 1-2, T1 2-4, T3 4-6, T1 6-7");
}

TEST(PriorityMutex, can_be_tried_and_counts_as_held_then) {
  const auto body = [] {
    priority_mutex lock{PriorityInheritance{}};
    bool first = false, second = true;
    thread low = thread_with_priority(0, [&] {
      first = lock.try_lock();
      work(4ns);
      lock.unlock();
    });
    thread high = thread_with_priority(2, [&] {
      this_thread::sleep_for(1ns);
      second = lock.try_lock();
      lock.lock();
      lock.unlock();
    });
    Joined{low, high, arrival(1, 2ns, 2ns)};
    check(first && !second, "the first try takes it, the second does not");
  };
  EXPECT_EQ(work_of(body), "T1 0-1, T1 1-2, T1 2-4, T3 4-6");
}

TEST(PriorityMutex, refuses_a_thread_above_its_ceiling) {
  Execution execution;
  const ExecutionResult result = run(execution, [] {
    priority_mutex lock{PriorityCeiling{1}};
    bool refused = false;
    thread high = thread_with_priority(2, [&] {
      try {
        lock.lock();
      } catch (const std::system_error& error) { refused = error.code() == std::errc::invalid_argument; }
    });
    high.join();
    check(refused, "lock throws invalid_argument");
  });
  EXPECT_EQ(result.verdict, Verdict::passed);
}

TEST(PriorityMutex, excludes_under_every_schedule_without_scheduling_too) {
  EXPECT_TRUE(testing::holds_under_every_schedule([] {
    priority_mutex lock{PriorityInheritance{}};
    shared<int> count{0};
    const auto add = [&] {
      std::lock_guard guard(lock);
      ++count;
    };
    thread one(add), two(add);
    Joined{one, two};
    check(count == 2, "both increments arrive");
  }));
}

// ---- What is left to choose ---------------------------------------------------------------------------------------

// Two equals that are woken by the same clock.
void tie() { Joined{arrival(1, 2ns, 1ns), arrival(1, 2ns, 1ns), worker(0, 5ns)}; }

TEST(Ties, of_equals_that_became_ready_together_are_drawn) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) seen.insert(work_of(&tie, {}, seed));
  EXPECT_EQ(seen, (std::set<std::string>{"T3 0-2, T1 2-3, T2 3-4, T3 4-7", "T3 0-2, T2 2-3, T1 3-4, T3 4-7"}));
}

TEST(Ties, can_be_gone_through_exhaustively) {
  auto owned = std::make_unique<ExhaustiveStrategy>();
  ExhaustiveStrategy& exhaustive = *owned;
  PriorityStrategy strategy({}, std::move(owned));
  Execution execution;
  std::vector<std::string> seen;
  for (std::uint64_t number = 0; strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run(scheduled(&tie, {}), strategy, {});
    ASSERT_FALSE(result.diverged);
    strategy.end(execution.schedule(), result.points);
    seen.push_back(work_of(execution.trace()));
  }
  EXPECT_TRUE(exhaustive.exhausted());
  std::ranges::sort(seen);
  EXPECT_EQ(seen, (std::vector<std::string>{"T3 0-2, T1 2-3, T2 3-4, T3 4-7", "T3 0-2, T2 2-3, T1 3-4, T3 4-7"}));
}

// ---- Random programs ----------------------------------------------------------------------------------------------

// What a thread of a random program does: works and sleeps in turn.
struct Task {
  int priority;
  std::vector<std::pair<int, int>> rounds;  // sleep, then work
};

// Who stood ready at each moment, from the sleeps of the program alone and who worked: no word of the engine's own.
void no_urgent_one_ever_waits(const std::vector<Task>& tasks, const Trace& trace) {
  struct Place {
    std::size_t round = 0;
    std::uint64_t ready_at = 0, left = 0;
    bool over = false;
  };
  std::vector<Place> places(tasks.size());
  const auto enter = [&](std::size_t i, std::uint64_t now) {
    Place& place = places[i];
    place.over = place.round == tasks[i].rounds.size();
    if (place.over) return;
    place.ready_at = now + static_cast<std::uint64_t>(tasks[i].rounds[place.round].first);
    place.left = static_cast<std::uint64_t>(tasks[i].rounds[place.round].second);
  };
  for (std::size_t i = 0; i < tasks.size(); ++i) enter(i, 0);
  for (const Event& event : events_of(trace, OperationKind::work)) {
    const std::size_t self = event.thread - 1U;
    RC_ASSERT(!places[self].over);
    RC_ASSERT(places[self].ready_at <= event.before);
    for (std::size_t other = 0; other < tasks.size(); ++other) {
      if (other == self || places[other].over || tasks[other].priority <= tasks[self].priority) continue;
      RC_ASSERT(places[other].ready_at >= event.after);  // nothing that it waits through
    }
    RC_ASSERT(event.after - event.before <= places[self].left);
    places[self].left -= event.after - event.before;
    if (places[self].left > 0) continue;
    ++places[self].round;
    enter(self, event.after);
  }
  for (const Place& place : places) RC_ASSERT(place.over);
}

std::vector<Task> random_tasks() {
  const auto task = rc::gen::apply(
      [](int priority, std::vector<std::pair<int, int>> rounds) {
        return Task{priority, std::move(rounds)};
      },
      rc::gen::inRange(-2, 3),
      rc::gen::container<std::vector<std::pair<int, int>>>(
          rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::inRange(1, 6))));
  return *rc::gen::container<std::vector<Task>>(*rc::gen::inRange<std::size_t>(1, 5), task);
}

void run_tasks(const std::vector<Task>& tasks) {
  std::vector<thread> threads;
  for (const Task& task : tasks)
    threads.push_back(thread_with_priority(task.priority, [&task] {
      for (const auto& [sleep, duration] : task.rounds) {
        if (sleep > 0) this_thread::sleep_for(std::chrono::nanoseconds(sleep));
        work(std::chrono::nanoseconds(duration));
      }
    }));
  join_all(threads);
}

RC_GTEST_PROP(Preemption, never_lets_a_less_urgent_one_work_while_a_more_urgent_one_is_ready, ()) {
  const std::vector<Task> tasks = random_tasks();
  const std::uint64_t quantum = *rc::gen::inRange<std::uint64_t>(0, 4);
  Execution execution;
  RC_ASSERT(run(execution, [&] { run_tasks(tasks); }, {.quantum = quantum}).verdict == Verdict::passed);
  no_urgent_one_ever_waits(tasks, execution.trace());
}

RC_GTEST_PROP(Preemption, keeps_the_processor_busy_and_does_all_the_work_whatever_the_scheduling, ()) {
  const std::vector<Task> tasks = random_tasks();
  const bool preemptive = *rc::gen::arbitrary<bool>();
  const Scheduling scheduling{.policy = preemptive ? Policy::preemptive : Policy::non_preemptive,
                              .quantum = preemptive ? *rc::gen::inRange<std::uint64_t>(0, 4) : 0,
                              .aging = *rc::gen::inRange<std::uint64_t>(0, 4)};
  Execution execution;
  RC_ASSERT(run(
                execution, [&] { run_tasks(tasks); }, scheduling)
                .verdict == Verdict::passed);
  std::map<ThreadIndex, std::uint64_t> done;
  std::uint64_t now = 0;
  for (const Event& event : events_of(execution.trace(), OperationKind::work)) {
    RC_ASSERT(event.before >= now);  // one processor
    now = event.after;
    done[event.thread] += event.after - event.before;
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    std::uint64_t asked = 0;
    for (const auto& round : tasks[i].rounds) asked += static_cast<std::uint64_t>(round.second);
    RC_ASSERT(done[static_cast<ThreadIndex>(i + 1)] == asked);
  }
}

}  // namespace
}  // namespace snag
