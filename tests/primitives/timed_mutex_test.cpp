// timed_mutex and recursive_timed_mutex: what the standard promises of them, in adversarial and in ideal time.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

// Two threads go for it in each way that there is; one at a time is inside.
template <class Mutex>
void enter_in_every_way() {
  Mutex m;
  int inside = 0;
  const auto enter = [&] {
    check(++inside == 1, "one at a time");
    this_thread::yield();
    --inside;
    m.unlock();
  };
  thread locks([&] {
    m.lock();
    enter();
  });
  thread tries([&] {
    if (m.try_lock()) enter();
    if (m.try_lock_for(1ms)) enter();
    if (m.try_lock_until(steady_clock::now() + 1ms)) enter();
  });
  locks.join();
  tries.join();
}

TEST(TimedMutex, excludes_others) { holds_under_every_schedule(&enter_in_every_way<timed_mutex>); }
TEST(RecursiveTimedMutex, excludes_others) { holds_under_every_schedule(&enter_in_every_way<recursive_timed_mutex>); }

// Whether a timed attempt got what another thread holds for a while.
template <class Mutex, class Attempt>
std::set<bool> outcomes_beside_a_holder(Attempt attempt) {
  return outcomes_of([attempt] {
    Mutex m;
    bool taken = false;
    m.lock();
    thread tries([&] {
      const auto begin = steady_clock::now();
      taken = attempt(m, begin);
      if (taken)
        m.unlock();
      else
        check(steady_clock::now() >= begin + 10ms, "not before its time");
    });
    m.unlock();
    tries.join();
    check(m.try_lock(), "free in the end");
    m.unlock();
    return taken;
  });
}

template <class Mutex>
void times_out_or_takes_it() {
  const std::set<bool> either{false, true};
  EXPECT_EQ(outcomes_beside_a_holder<Mutex>([](Mutex& m, auto) { return m.try_lock_for(10ms); }), either);
  EXPECT_EQ(outcomes_beside_a_holder<Mutex>([](Mutex& m, auto begin) { return m.try_lock_until(begin + 10ms); }),
            either);
  EXPECT_EQ(outcomes_beside_a_holder<Mutex>([](Mutex& m, auto) {
              unique_lock guard(m, 10ms);
              return guard.owns_lock() && guard.release() == &m;
            }),
            either);
}

TEST(TimedMutex, times_out_or_takes_it) { times_out_or_takes_it<timed_mutex>(); }
TEST(RecursiveTimedMutex, times_out_or_takes_it) { times_out_or_takes_it<recursive_timed_mutex>(); }

// Whether a free one is taken by a timed try.
template <class Mutex>
bool take_a_free_one() {
  Mutex m;
  const bool taken = m.try_lock_for(0s);
  if (taken) m.unlock();
  return taken;
}

TEST(TimedMutex, that_is_free_is_always_taken) {
  const Search one_spurious{.options = {.spurious_max = 1}};
  EXPECT_EQ(outcomes_of(&take_a_free_one<timed_mutex>, one_spurious), std::set<bool>{true});
  EXPECT_EQ(outcomes_of(&take_a_free_one<recursive_timed_mutex>, one_spurious), std::set<bool>{true});
}

// {got by a patient thread, missed by a hasty one} while the body holds it for a second.
template <class Mutex>
std::pair<bool, bool> patient_and_hasty() {
  Mutex m;
  bool in_time = false, too_late = false;
  m.lock();
  thread patient([&] {
    in_time = m.try_lock_for(2s);
    if (in_time) m.unlock();
  });
  thread hasty([&] { too_late = !m.try_lock_until(system_clock::now() + 1ms); });
  this_thread::sleep_for(1s);
  m.unlock();
  patient.join();
  hasty.join();
  return {in_time, too_late};
}

TEST(TimedMutex, in_ideal_time_waits_as_long_as_it_takes) {
  const std::set<std::pair<bool, bool>> both{{true, true}};
  EXPECT_EQ(outcomes_of(&patient_and_hasty<timed_mutex>, {.time = TimeModel::ideal}), both);
  EXPECT_EQ(outcomes_of(&patient_and_hasty<recursive_timed_mutex>, {.time = TimeModel::ideal}), both);
}

TEST(TimedMutex, tried_by_its_owner_times_out) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    timed_mutex m;
    m.lock();
    check(!m.try_lock_for(1ms), "it is held, if by oneself");
    m.unlock();
  }));
}

TEST(RecursiveTimedMutex, is_free_after_as_many_unlocks_as_locks) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    recursive_timed_mutex m;
    m.lock();
    check(m.try_lock() && m.try_lock_for(1ms) && m.try_lock_until(steady_clock::now()), "its owner has it at once");
    for (int held = 4; held > 0; --held) {
      thread([&] { check(!m.try_lock(), "others do not"); }).join();
      m.unlock();
    }
    thread([&] {
      check(m.try_lock_for(1ms), "now they do");
      m.unlock();
    }).join();
  }));
}

TEST(RecursiveTimedMutex, records_how_often_it_is_held) {
  const Trace trace = trace_of([] {
    recursive_timed_mutex m;
    name(m, "door");
    m.lock();
    static_cast<void>(m.try_lock_for(1ms));
    m.unlock();
    m.unlock();
  });
  ASSERT_EQ(trace.objects.size(), 1U);
  EXPECT_EQ(trace.objects[0].kind, ObjectKind::recursive_mutex);
  EXPECT_EQ(trace.objects[0].name, "door");
  std::vector<std::uint64_t> counts;
  for (const Event& event : trace.events)
    if (event.operation.object == 0) counts.push_back(event.after);
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{1, 2, 1, 0}));
}

TEST(TimedMutex, misused_is_a_finding) {
  EXPECT_EQ(findings_of([] {
              timed_mutex m;
              m.unlock();
            }),
            Names{"release-unlocked"});
  EXPECT_EQ(findings_of([] {
              timed_mutex m;
              if (m.try_lock_for(1ms)) m.lock();
            }),
            Names{"wait-cycle"});
  EXPECT_EQ(findings_of([] {
              recursive_timed_mutex m;
              static_cast<void>(m.try_lock_for(1ms));
            }),
            Names{"destroyed-in-use"});
}

TEST(TimedMutex, in_opposite_orders_with_time_outs_is_no_deadlock) {
  EXPECT_EQ(findings_of([] {
              timed_mutex a, b;
              const auto work = [](timed_mutex& first, timed_mutex& second) {
                const lock_guard outer(first);
                if (second.try_lock_for(1ms)) second.unlock();
              };
              thread one(work, std::ref(a), std::ref(b)), two(work, std::ref(b), std::ref(a));
              one.join();
              two.join();
            }),
            Names{});
}

TEST(TimedMutex, waits_of_every_kind_are_abandoned_cleanly) {
  const auto alive = std::make_shared<int>();
  for_every_schedule(
      [&] {
        timed_mutex m;
        recursive_timed_mutex r;
        m.lock();
        r.lock();
        const auto keep = alive;
        thread one([&m, keep] { m.lock(); });
        thread two([&m, keep] { static_cast<void>(m.try_lock_for(std::chrono::hours::max())); });
        thread three([&r, keep] { static_cast<void>(r.try_lock_for(std::chrono::hours::max())); });
        one.join();
        two.join();
        three.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::deadlock);
        EXPECT_EQ(result.parked, 0U);
        EXPECT_EQ(alive.use_count(), 1) << "all threads gave back what they held";
      },
      {.exhaustive_max = 50, .random_executions = 10});
}

}  // namespace
}  // namespace snag
