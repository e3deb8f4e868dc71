// shared_mutex and shared_timed_mutex: what the standard promises of them, under every schedule, and both ways in which
// a waiting writer may meet readers.
#include "checkers/all.h"
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

constexpr WaitingWriter both_ways[] = {WaitingWriter::lets_readers_pass, WaitingWriter::holds_readers_back};

template <class Mutex>
int most_readers_beside_a_writer() {
  Mutex m;
  int readers = 0, writers = 0, most = 0;
  const auto read = [&] {
    const std::shared_lock guard(m);
    most = std::max(most, ++readers);
    check(writers == 0, "no writer beside a reader");
    this_thread::yield();
    --readers;
  };
  const auto write = [&] {
    const std::lock_guard guard(m);
    check(++writers == 1 && readers == 0, "a writer is alone");
    this_thread::yield();
    --writers;
  };
  thread one(read), two(read), three(write);
  one.join();
  two.join();
  three.join();
  return most;
}

TEST(SharedMutex, admits_many_readers_or_one_writer) {
  for (const WaitingWriter way : both_ways) {
    const Search search{.exhaustive_max = 60'000, .waiting_writer = way};
    EXPECT_EQ(outcomes_of(&most_readers_beside_a_writer<shared_mutex>, search), (std::set<int>{1, 2}));
    EXPECT_EQ(outcomes_of(&most_readers_beside_a_writer<shared_timed_mutex>, search), (std::set<int>{1, 2}));
  }
}

TEST(SharedMutex, excludes_writers_from_each_other) {
  for (const WaitingWriter way : both_ways) {
    EXPECT_TRUE(holds_under_every_schedule(
        [] {
          shared_mutex m;
          int inside = 0;
          const auto write = [&] {
            const std::unique_lock guard(m);
            check(++inside == 1, "one at a time");
            this_thread::yield();
            --inside;
          };
          thread one(write), two(write);
          one.join();
          two.join();
        },
        {.exhaustive_max = 20'000, .waiting_writer = way}));
  }
}

TEST(SharedMutex, try_lock_takes_only_what_nobody_holds) {
  using Outcome = std::pair<bool, bool>;  // a try beside a reader, beside nobody
  EXPECT_EQ(outcomes_of([] {
              shared_mutex m;
              m.lock_shared();
              Outcome taken;
              thread one([&] {
                taken.first = m.try_lock();
                if (taken.first) m.unlock();
              });
              one.join();
              m.unlock_shared();
              taken.second = m.try_lock();
              if (taken.second) m.unlock();
              return taken;
            }),
            (std::set<Outcome>{{false, true}}));
}

TEST(SharedMutex, try_lock_shared_takes_what_no_writer_holds) {
  using Outcome = std::pair<bool, bool>;  // a try beside a reader, beside a writer
  EXPECT_EQ(outcomes_of([] {
              shared_mutex m;
              Outcome taken;
              const auto attempt = [&](bool& result) {
                thread([&] {
                  result = m.try_lock_shared();
                  if (result) m.unlock_shared();
                }).join();
              };
              m.lock_shared();
              attempt(taken.first);
              m.unlock_shared();
              m.lock();
              attempt(taken.second);
              m.unlock();
              return taken;
            }),
            (std::set<Outcome>{{true, false}}));
}

TEST(SharedMutex, tries_of_a_free_one_fail_only_within_the_budget_of_spurious_failures) {
  const auto body = [] {
    shared_mutex m;
    int failed = 0;
    if (m.try_lock())
      m.unlock();
    else
      ++failed;
    if (m.try_lock_shared())
      m.unlock_shared();
    else
      ++failed;
    return failed;
  };
  EXPECT_EQ(outcomes_of(body), std::set<int>{0});
  EXPECT_EQ(outcomes_of(body, {.options = {.spurious_max = 1}}), (std::set<int>{0, 1}));
}

// ---- Timed -----------------------------------------------------------------------------------------------------

// A writer and a reader that try for a while, beside somebody who holds the mutex for a while.
template <class Hold, class Attempt>
std::set<bool> outcomes_beside(Hold hold, Attempt attempt, WaitingWriter way) {
  return outcomes_of(
      [=] {
        shared_timed_mutex m;
        bool taken = false;
        thread holder([&] { hold(m); });
        thread trier([&] {
          const auto begin = steady_clock::now();
          taken = attempt(m, begin);
          if (!taken) check(steady_clock::now() >= begin + 10ms, "not before its time");
        });
        holder.join();
        trier.join();
        return taken;
      },
      {.waiting_writer = way});
}

void hold_exclusively(shared_timed_mutex& m) { const std::lock_guard guard(m); }
void hold_shared(shared_timed_mutex& m) { const std::shared_lock guard(m); }

TEST(SharedTimedMutex, times_out_or_takes_it) {
  const auto for_a_while = [](shared_timed_mutex& m, steady_clock::time_point) {
    const bool taken = m.try_lock_for(10ms);
    if (taken) m.unlock();
    return taken;
  };
  const auto until = [](shared_timed_mutex& m, steady_clock::time_point begin) {
    const bool taken = m.try_lock_until(begin + 10ms);
    if (taken) m.unlock();
    return taken;
  };
  const auto share_for_a_while = [](shared_timed_mutex& m, steady_clock::time_point) {
    return std::shared_lock(m, 10ms).owns_lock();
  };
  const auto share_until = [](shared_timed_mutex& m, steady_clock::time_point begin) {
    const bool taken = m.try_lock_shared_until(begin + 10ms);
    if (taken) m.unlock_shared();
    return taken;
  };
  const std::set<bool> either{false, true};
  for (const WaitingWriter way : both_ways) {
    EXPECT_EQ(outcomes_beside(&hold_exclusively, for_a_while, way), either);
    EXPECT_EQ(outcomes_beside(&hold_exclusively, until, way), either);
    EXPECT_EQ(outcomes_beside(&hold_exclusively, share_for_a_while, way), either);
    EXPECT_EQ(outcomes_beside(&hold_exclusively, share_until, way), either);
    EXPECT_EQ(outcomes_beside(&hold_shared, for_a_while, way), either);
    EXPECT_EQ(outcomes_beside(&hold_shared, share_for_a_while, way), std::set<bool>{true});
  }
}

TEST(SharedTimedMutex, in_ideal_time_waits_as_long_as_it_takes) {
  EXPECT_EQ(outcomes_of(
                [] {
                  shared_timed_mutex m;
                  bool in_time = false, too_late = true;
                  m.lock();
                  thread patient([&] {
                    in_time = m.try_lock_shared_for(2s);
                    if (in_time) m.unlock_shared();
                  });
                  thread hasty([&] { too_late = !m.try_lock_for(1ms); });
                  this_thread::sleep_for(1s);
                  m.unlock();
                  patient.join();
                  hasty.join();
                  return std::pair(in_time, too_late);
                },
                {.time = TimeModel::ideal}),
            (std::set<std::pair<bool, bool>>{{true, true}}));
}

TEST(SharedTimedMutex, that_gives_up_lets_readers_in_again) {
  EXPECT_EQ(verdicts_of(
                [] {
                  shared_timed_mutex m;
                  const std::shared_lock first(m);
                  thread writer([&] { check(!m.try_lock_for(1ms), "it is shared all the time"); });
                  thread reader([&] { const std::shared_lock second(m); });
                  reader.join();
                  writer.join();
                },
                {.waiting_writer = WaitingWriter::holds_readers_back}),
            std::set<Verdict>{Verdict::passed});
}

// ---- A waiting writer ------------------------------------------------------------------------------------------

// A reader that takes a second share while a writer may have come in between.
void share_twice_beside_a_writer() {
  shared_mutex m;
  thread reader([&] {
    const std::shared_lock outer(m);
    const std::shared_lock inner(m);
  });
  thread writer([&] { const std::lock_guard guard(m); });
  reader.join();
  writer.join();
}

TEST(SharedMutex, a_waiting_writer_holds_readers_back_only_where_the_scenario_says_so) {
  EXPECT_EQ(verdicts_of(&share_twice_beside_a_writer), std::set<Verdict>{Verdict::passed});
  EXPECT_EQ(verdicts_of(&share_twice_beside_a_writer, {.waiting_writer = WaitingWriter::holds_readers_back}),
            (std::set<Verdict>{Verdict::passed, Verdict::deadlock}));
}

TEST(SharedMutex, readers_that_come_before_the_writer_waits_still_get_in) {
  // Both readers are in together and the writer comes last, however early it began.
  const auto body = [] {
    shared_mutex m;
    int readers = 0;
    bool together = false;
    const auto read = [&] {
      const std::shared_lock guard(m);
      together = together || ++readers == 2;
      this_thread::yield();
      --readers;
    };
    thread writer([&] { const std::lock_guard guard(m); });
    thread one(read), two(read);
    writer.join();
    one.join();
    two.join();
    return together;
  };
  EXPECT_EQ(outcomes_of(body, {.exhaustive_max = 30'000, .waiting_writer = WaitingWriter::holds_readers_back}),
            (std::set<bool>{false, true}));
}

// ---- Findings --------------------------------------------------------------------------------------------------

// The findings of every kind over every schedule.
std::set<std::string> findings_of(const std::function<void()>& body,
                                  WaitingWriter way = WaitingWriter::lets_readers_pass) {
  const Scenario scenario{.name = "test", .body = body, .waiting_writer = way};
  const auto checkers = all_checkers();
  std::set<std::string> names;
  Execution execution;
  ExhaustiveStrategy strategy;
  for (std::uint64_t number = 0; number < 2'000 && strategy.begin(number); ++number) {
    const ExecutionResult result = execution.run(scenario, strategy, checkers);
    strategy.end(execution.schedule(), result.points);
    for (const Finding& finding : result.findings) names.insert(finding.checker);
  }
  return names;
}

TEST(SharedMutex, upgraded_is_a_wait_cycle) {
  EXPECT_EQ(findings_of([] {
              shared_mutex m;
              const std::shared_lock guard(m);
              m.lock();
            }),
            std::set<std::string>{"wait-cycle"});
}

TEST(SharedMutex, shared_twice_behind_a_writer_is_a_wait_cycle) {
  EXPECT_EQ(findings_of(&share_twice_beside_a_writer, WaitingWriter::holds_readers_back),
            std::set<std::string>{"wait-cycle"});
  EXPECT_TRUE(findings_of(&share_twice_beside_a_writer).empty());
}

TEST(SharedMutex, misused_is_a_finding) {
  EXPECT_EQ(findings_of([] {
              shared_mutex m;
              m.lock_shared();
              m.unlock();
            }),
            std::set<std::string>{"release-unlocked"});
  EXPECT_EQ(findings_of([] {
              shared_mutex m;
              m.lock();
              m.unlock_shared();
            }),
            std::set<std::string>{"release-unlocked"});
  EXPECT_EQ(findings_of([] {
              shared_mutex m;
              thread([&] { m.lock_shared(); }).join();
              m.unlock_shared();
            }),
            (std::set<std::string>{"lock-leaked", "release-not-owner"}));
  EXPECT_EQ(findings_of([] {
              shared_mutex m;
              m.lock_shared();
            }),
            (std::set<std::string>{"destroyed-in-use"}));
}

// ---- Abandoned -------------------------------------------------------------------------------------------------

TEST(SharedMutex, waits_of_every_kind_are_abandoned_cleanly) {
  const auto alive = std::make_shared<int>();
  const auto body = [&] {
    shared_timed_mutex m;
    m.lock();
    const auto keep = alive;
    thread writer([&m, keep] { const std::lock_guard guard(m); });
    thread reader([&m, keep] { const std::shared_lock guard(m); });
    thread timed([&m, keep] { static_cast<void>(m.try_lock_shared_for(std::chrono::hours::max())); });
    writer.join();
    reader.join();
    timed.join();
  };
  for (const WaitingWriter way : both_ways) {
    for_every_schedule(body,
                       [&](const Execution&, const ExecutionResult& result) {
                         EXPECT_EQ(result.verdict, Verdict::deadlock);
                         EXPECT_EQ(alive.use_count(), 1) << "all threads gave back what they held";
                       },
                       {.exhaustive_max = 50, .random_executions = 10, .waiting_writer = way});
  }
}

}  // namespace
}  // namespace snag
