// threading::Barrier and the semaphores against models: the same written over a Condition, as their documentation tells
// it. Under all schedules of all small programs both must come to the same outcomes, those of time-outs too.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

// ---- Programs ----------------------------------------------------------------------------------------------------

/// What each thread does, a letter a call; T0 does the first.
using Program = std::vector<std::string>;

/// What a program can come to: what each call gave, a letter or digit each, the threads apart; `stuck` if not all ended.
using Outcomes = std::set<std::string>;

/// All words of so many letters.
std::vector<std::string> words(const std::string& letters, std::size_t length) {
  std::vector<std::string> found = {""};
  for (std::size_t i = 0; i < length; ++i) {
    std::vector<std::string> longer;
    for (const std::string& word : found)
      for (const char letter : letters) longer.push_back(word + letter);
    found = longer;
  }
  return found;
}

/// All programs of so many threads with so many calls each; those that differ only in who is who are there once.
std::vector<Program> programs(const std::string& letters, std::size_t threads, std::size_t length) {
  std::vector<Program> found = {{}};
  for (std::size_t i = 0; i < threads; ++i) {
    std::vector<Program> longer;
    for (const Program& program : found) {
      for (const std::string& word : words(letters, length)) {
        if (!program.empty() && word < program.back()) continue;
        longer.push_back(program);
        longer.back().push_back(word);
      }
    }
    found = longer;
  }
  return found;
}

/// What the program comes to with an object that make gives; call does what a letter says, and tells what came of it.
template <class Make, class Call>
Outcomes outcomes_of_program(const Program& program, Make make, Call call) {
  Outcomes outcomes;
  std::vector<std::string> seen;
  const bool all = for_every_schedule(
      [&] {
        seen.assign(program.size(), "");
        auto object = make();
        const auto run = [&](std::size_t self) {
          for (const char letter : program[self]) seen[self] += call(*object, letter);
        };
        std::vector<thread> others;
        for (std::size_t i = 1; i < program.size(); ++i) others.emplace_back([&run, i] { run(i); });
        run(0);
        for (thread& other : others) other.join();
        seen.push_back(object->state());
      },
      [&](const Execution&, const ExecutionResult& result) {
        std::string outcome;
        for (const std::string& part : seen) outcome += part + ' ';
        if (result.verdict != Verdict::passed) outcome += std::string(name_of(result.verdict));
        outcomes.insert(outcome);
      },
      {.exhaustive_max = 200'000, .random_executions = 0});
  EXPECT_TRUE(all) << "not all schedules were tried";
  return outcomes;
}

std::string text_of(const Program& program) {
  std::string text;
  for (const std::string& word : program) text += word + ' ';
  return text;
}

// ---- Barriers ----------------------------------------------------------------------------------------------------

class ModelBarrier {
 public:
  explicit ModelBarrier(std::size_t parties) : parties_(parties) {}

  std::size_t wait() {
    return wait_with([&](auto ready) { return changed_.wait_for(ready), true; });
  }
  std::size_t wait(std::chrono::nanoseconds timeout) {
    return wait_with([&](auto ready) { return changed_.wait_for(ready, timeout); });
  }
  void reset() {
    const std::lock_guard guard(changed_);
    if (phase_ == Phase::leaving) return;
    move_to(inside_ > 0 ? Phase::clearing : Phase::gathering);
  }
  void abort() {
    const std::lock_guard guard(changed_);
    move_to(Phase::broken);
  }
  std::size_t n_waiting() {
    const std::lock_guard guard(changed_);
    return phase_ == Phase::gathering ? inside_ : 0;
  }
  bool broken() {
    const std::lock_guard guard(changed_);
    return phase_ == Phase::broken;
  }

 private:
  enum class Phase { gathering, leaving, clearing, broken };

  void move_to(Phase phase) {
    phase_ = phase;
    changed_.notify_all();
  }
  void leave() {
    if (--inside_ == 0 && (phase_ == Phase::leaving || phase_ == Phase::clearing)) move_to(Phase::gathering);
  }
  template <class WaitFor>
  std::size_t wait_with(WaitFor wait_for) {
    const std::lock_guard guard(changed_);
    changed_.wait_for([&] { return phase_ == Phase::gathering || phase_ == Phase::broken; });
    if (phase_ == Phase::broken) throw threading::BrokenBarrierError();
    const std::size_t index = inside_++;
    if (inside_ == parties_)
      move_to(Phase::leaving);
    else if (!wait_for([&] { return phase_ != Phase::gathering; }))
      move_to(Phase::broken);
    const bool through = phase_ == Phase::leaving;
    leave();
    if (!through) throw threading::BrokenBarrierError();
    return index;
  }

  threading::Lock lock_;
  threading::Condition changed_{lock_};
  std::size_t parties_;
  std::size_t inside_ = 0;
  Phase phase_ = Phase::gathering;
};

/// A barrier, and what its state is in the end.
template <class AnyBarrier>
struct BarrierUnderTest : AnyBarrier {
  using AnyBarrier::AnyBarrier;
  std::string state() { return std::to_string(this->n_waiting()) + (this->broken() ? " broken" : ""); }
};

template <class AnyBarrier>
std::string call_barrier(AnyBarrier& barrier, char letter) {
  try {
    switch (letter) {
      case 'w': return std::to_string(barrier.wait());
      case 't': return std::to_string(barrier.wait(1ms));
      case 'a': return barrier.abort(), "a";
      case 'r': return barrier.reset(), "r";
      case 'n': return std::to_string(barrier.n_waiting());
      default: return barrier.broken() ? "!" : ".";
    }
  } catch (const threading::BrokenBarrierError&) { return "x"; }
}

template <class AnyBarrier>
Outcomes outcomes_of_barrier(const Program& program, std::size_t parties) {
  using Tested = BarrierUnderTest<AnyBarrier>;
  if constexpr (std::is_same_v<AnyBarrier, ModelBarrier>)
    return outcomes_of_program(
        program, [&] { return std::make_unique<Tested>(parties); }, &call_barrier<Tested>);
  else
    return outcomes_of_program(
        program, [&] { return std::make_unique<Tested>(static_cast<std::ptrdiff_t>(parties)); }, &call_barrier<Tested>);
}

void expect_barriers_agree(const std::vector<Program>& all, std::size_t parties) {
  for (const Program& program : all)
    EXPECT_EQ(outcomes_of_barrier<threading::Barrier>(program, parties),
              outcomes_of_barrier<ModelBarrier>(program, parties))
        << text_of(program) << "with " << parties << " parties";
}

TEST(ThreadingBarrier, does_what_its_model_does_in_two_threads) { expect_barriers_agree(programs("wtar", 2, 2), 2); }

TEST(ThreadingBarrier, does_what_its_model_does_in_three_threads) {
  expect_barriers_agree(programs("wtarnb", 3, 1), 2);
  expect_barriers_agree(programs("wtarnb", 3, 1), 3);
}

TEST(ThreadingBarrier, does_what_its_model_does_when_it_is_mended_and_used_again) {
  expect_barriers_agree({{"trt", "trt"}, {"trw", "trt"}, {"tr", "tr", "t"}, {"rw", "tw"}, {"arw", "w"}, {"ww", "ww"}},
                        2);
}

// ---- Semaphores --------------------------------------------------------------------------------------------------

class ModelSemaphore {
 public:
  ModelSemaphore(std::ptrdiff_t value, std::ptrdiff_t bound) : value_(value), bound_(bound) {}

  void acquire() {
    const std::lock_guard guard(changed_);
    changed_.wait_for([&] { return value_ > 0; });
    --value_;
  }
  bool try_acquire() {
    const std::lock_guard guard(changed_);
    return take_one();
  }
  bool acquire_for(std::chrono::nanoseconds timeout) {
    const std::lock_guard guard(changed_);
    static_cast<void>(changed_.wait_for([&] { return value_ > 0; }, timeout));
    return take_one();
  }
  void release(std::ptrdiff_t n = 1) {
    const std::lock_guard guard(changed_);
    if (value_ + n > bound_) throw std::invalid_argument("over the bound");
    value_ += n;
    changed_.notify(static_cast<std::size_t>(n));
  }

 private:
  bool take_one() {
    if (value_ == 0) return false;
    --value_;
    return true;
  }

  threading::Lock lock_;
  threading::Condition changed_{lock_};
  std::ptrdiff_t value_;
  std::ptrdiff_t bound_;
};

/// A semaphore, and what its count is in the end.
template <class AnySemaphore>
struct SemaphoreUnderTest : AnySemaphore {
  using AnySemaphore::AnySemaphore;
  std::string state() {
    int left = 0;
    while (this->try_acquire()) ++left;
    return std::to_string(left);
  }
};

template <class AnySemaphore>
std::string call_semaphore(AnySemaphore& semaphore, char letter) {
  try {
    switch (letter) {
      case 'a': return semaphore.acquire(), "a";
      case 't': return semaphore.acquire_for(1ms) ? "+" : "-";
      case 'y': return semaphore.try_acquire() ? "+" : "-";
      case 'r': return semaphore.release(), "r";
      default: return semaphore.release(2), "R";
    }
  } catch (const std::invalid_argument&) { return "x"; }
}

constexpr std::ptrdiff_t unbounded = 1000;

Outcomes outcomes_of_semaphore(const Program& program, std::ptrdiff_t value) {
  using Tested = SemaphoreUnderTest<threading::Semaphore>;
  return outcomes_of_program(
      program, [&] { return std::make_unique<Tested>(value); }, &call_semaphore<Tested>);
}

Outcomes outcomes_of_bounded(const Program& program, std::ptrdiff_t value) {
  using Tested = SemaphoreUnderTest<threading::BoundedSemaphore>;
  return outcomes_of_program(
      program, [&] { return std::make_unique<Tested>(value); }, &call_semaphore<Tested>);
}

Outcomes outcomes_of_model(const Program& program, std::ptrdiff_t value, std::ptrdiff_t bound) {
  using Tested = SemaphoreUnderTest<ModelSemaphore>;
  return outcomes_of_program(
      program, [&] { return std::make_unique<Tested>(value, bound); }, &call_semaphore<Tested>);
}

TEST(ThreadingSemaphore, does_what_its_model_does_in_two_threads) {
  for (const Program& program : programs("atyrR", 2, 2))
    EXPECT_EQ(outcomes_of_semaphore(program, 0), outcomes_of_model(program, 0, unbounded)) << text_of(program);
}

TEST(ThreadingSemaphore, does_what_its_model_does_in_three_threads) {
  for (const Program& program : programs("atyrR", 3, 1))
    for (const std::ptrdiff_t value : {0, 1})
      EXPECT_EQ(outcomes_of_semaphore(program, value), outcomes_of_model(program, value, unbounded))
          << text_of(program) << "from " << value;
}

TEST(ThreadingBoundedSemaphore, does_what_its_model_does) {
  for (const Program& program : programs("atyrR", 2, 2))
    for (const std::ptrdiff_t value : {1, 2})
      EXPECT_EQ(outcomes_of_bounded(program, value), outcomes_of_model(program, value, value))
          << text_of(program) << "from " << value;
}

}  // namespace
}  // namespace snag
