// Partial-order reduction against plain exhaustive search, without a bound and without any relation, on programs in which
// it may show when a thread goes on: others ask whether it is alive, or the time passes meanwhile.
#include "tests/support/outcomes.h"

#include <snag/snag.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <ostream>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;
using namespace std::chrono_literals;

using threading::Thread;

TEST(WaitsUnderReduction, a_thread_may_be_alive_although_the_one_that_it_joins_has_ended) {
  const OutcomeProgram program = [](Numbers& outcome) {
    atomic<int> x{0};
    Thread first([&] { x.store(1); });
    first.start();
    Thread joiner([&] { first.join(); });
    joiner.start();
    outcome[0] = x.load();
    outcome[1] = joiner.is_alive() ? 1 : 0;
    joiner.join();
  };
  EXPECT_TRUE(every_outcome(program).contains(Numbers{1, 1, -1, -1, -1}));
  expect_every_outcome(program);
}

TEST(WaitsUnderReduction, a_thread_may_be_alive_although_the_latch_is_open) {
  expect_every_outcome([](Numbers& outcome) {
    latch open(1);
    Thread waiter([&] { open.wait(); });
    waiter.start();
    open.count_down();
    outcome[0] = waiter.is_alive() ? 1 : 0;
    waiter.join();
  });
}

TEST(WaitsUnderReduction, a_thread_may_be_alive_before_it_has_yielded) {
  expect_every_outcome([](Numbers& outcome) {
    atomic<int> x{0};
    Thread other([&] {
      x.store(1);
      this_thread::yield();
    });
    other.start();
    outcome[0] = x.load();
    outcome[1] = other.is_alive() ? 1 : 0;
    other.join();
  });
}

TEST(WaitsUnderReduction, a_barrier_and_an_event_are_left_when_others_look) {
  expect_every_outcome([](Numbers& outcome) {
    barrier<> meeting(2);
    Thread other([&] { meeting.arrive_and_wait(); });
    other.start();
    meeting.arrive_and_wait();
    outcome[0] = other.is_alive() ? 1 : 0;
    threading::Event set;
    Thread waiter([&] { set.wait(); });
    waiter.start();
    set.set();
    outcome[1] = waiter.is_alive() ? 1 : 0;
    other.join();
    waiter.join();
  });
}

TEST(WaitsUnderReduction, a_deadline_is_reckoned_from_the_time_at_which_a_join_goes_on) {
  const OutcomeProgram program = [](Numbers& outcome) {
    atomic<int> x{0};
    thread first([&] { x.store(1); });
    thread other([&] {
      if (x.load() == 1) this_thread::sleep_for(1s);
    });
    first.join();
    this_thread::sleep_for(2s);
    outcome[0] = chrono::steady_clock::now().time_since_epoch() / 1s;
    other.join();
  };
  EXPECT_EQ(every_outcome(program).size(), 2U);
  expect_every_outcome(program);
}

TEST(WaitsUnderReduction, whether_a_join_times_out_shows) {
  expect_every_outcome([](Numbers& outcome) {
    atomic<int> x{0};
    Thread other([&] {
      x.store(1);
      x.store(2);
    });
    other.start();
    outcome[0] = x.load();
    outcome[1] = other.join(1s) ? 1 : 0;
    outcome[2] = other.join(1s) ? 1 : 0;
    outcome[3] = x.load();
    other.join();
  });
}

TEST(WaitsUnderReduction, whether_a_join_had_to_wait_shows_in_who_is_alive) {
  expect_every_outcome([](Numbers& outcome) {
    atomic<int> x{0};
    Thread first([&] { x.store(1); });
    first.start();
    Thread joiner([&] {
      outcome[0] = x.load();
      first.join();
    });
    joiner.start();
    Thread observer([&] {
      outcome[1] = x.load();
      outcome[2] = joiner.is_alive() ? 1 : 0;
      outcome[3] = first.is_alive() ? 1 : 0;
    });
    observer.start();
    joiner.join();
    observer.join();
  });
}

TEST(WaitsUnderReduction, threads_that_are_left_behind_are_waited_for_at_the_end) {
  expect_every_outcome([](Numbers& outcome) {
    const auto x = std::make_shared<atomic<int>>(0);
    Thread([x] { x->store(1); }).start();
    Thread([x, &outcome] {
      outcome[0] = x->load();
      outcome[1] = static_cast<std::int64_t>(threading::active_count());
      outcome[2] = threading::main_thread().is_alive() ? 1 : 0;
    }).start();
    x->store(2);
  });
}

TEST(WaitsUnderReduction, a_result_that_is_refused_lets_nobody_go_on) {
  expect_every_outcome([](Numbers& outcome) {
    promise<int> result;
    future<int> answer = result.get_future();
    atomic<int> x{0};
    atomic<int> y{0};
    const auto set = [&](int value) {
      try {
        result.set_value(value);
      } catch (const std::future_error&) { x.store(value); }
    };
    thread one([&] { set(1); });
    thread other([&] {
      y.store(1);
      set(2);
    });
    outcome[0] = x.load();
    outcome[1] = answer.get();
    outcome[2] = y.load();
    one.join();
    other.join();
  });
}

// ---- Random programs -------------------------------------------------------------------------------------------------

enum class Kind : std::uint8_t { load, store, is_alive, join, timed_join, yield, count_down, wait, sleep, read_clock };
constexpr int kinds = 10;

struct Instruction {
  Kind kind;
  std::uint8_t thread;  // whom to join or to ask for
};

// Code of the body and of the threads that it starts.
struct WaitingProgram {
  std::vector<std::vector<Instruction>> threads;
  std::vector<bool> daemons;  // by thread; of the body it means nothing
};

std::ostream& operator<<(std::ostream& stream, const WaitingProgram& program) {
  constexpr std::array<const char*, kinds> names{"load",  "store",      "is_alive", "join",  "timed_join",
                                                 "yield", "count_down", "wait",     "sleep", "read_clock"};
  for (std::size_t i = 0; i < program.threads.size(); ++i) {
    stream << "\n  T" << i << (i > 0 && program.daemons[i] ? " (daemon):" : ":");
    for (const Instruction& each : program.threads[i])
      stream << ' ' << names.at(static_cast<std::size_t>(each.kind)) << '(' << int{each.thread} << ')';
  }
  return stream;
}

// Runs one; each thread folds what it sees into its number. Daemons use it until the program's end.
class Waits : public std::enable_shared_from_this<Waits> {
 public:
  Waits(const WaitingProgram& program, Numbers& outcome) : program_(program), outcome_(outcome) {}

  void body() {
    outcome_.assign(program_.threads.size() + 1, 0);
    for (std::size_t i = 1; i < program_.threads.size(); ++i) {
      started_.emplace_back(threading::ThreadOptions{.daemon = program_.daemons[i]},
                            [self = shared_from_this(), i] { self->run(i); });
      started_.back().start();
    }
    run(0);
    for (std::size_t i = 1; i < program_.threads.size(); ++i)
      if (!program_.daemons[i]) started_[i - 1].join();
    outcome_.back() = x_.load();
  }

 private:
  void run(std::size_t thread) {
    constexpr std::array<void (Waits::*)(std::size_t, const Instruction&), 3> steps{&Waits::step<0>, &Waits::step<1>,
                                                                                    &Waits::step<2>};
    for (std::size_t i = 0; i < program_.threads[thread].size(); ++i)
      (this->*steps.at(i))(thread, program_.threads[thread][i]);
  }
  void see(std::size_t thread, std::int64_t value) { outcome_[thread] = outcome_[thread] * 31 + value + 1; }

  template <int place>
  [[gnu::noinline]] void step(std::size_t thread, const Instruction& instruction) {
    asm volatile("" : : "i"(place));  // each instruction at a place of its own: no repetitions
    const std::size_t other = instruction.thread % started_.size();
    switch (instruction.kind) {
      case Kind::load: return see(thread, x_.load());
      case Kind::store: return x_.store(static_cast<int>(thread) + 1);
      case Kind::is_alive: return see(thread, started_[other].is_alive() ? 1 : 0);
      case Kind::join:
        if (other + 1 != thread) started_[other].join();
        return;
      case Kind::timed_join:
        if (other + 1 != thread) see(thread, started_[other].join(2s) ? 1 : 0);
        return;
      case Kind::yield: return this_thread::yield();
      case Kind::count_down: return gate_.count_down();
      case Kind::wait: return gate_.wait();
      case Kind::sleep: return this_thread::sleep_for(1s);
      case Kind::read_clock: return see(thread, chrono::steady_clock::now().time_since_epoch() / 1s);
    }
  }

  const WaitingProgram& program_;
  Numbers& outcome_;
  std::vector<Thread> started_;
  atomic<int> x_{0};
  latch gate_{1};
};

RC_GTEST_PROP(WaitsUnderReduction, show_in_random_programs_whatever_can_come_out, (const WaitingProgram& program)) {
  const OutcomeProgram body = [&](Numbers& outcome) { std::make_shared<Waits>(program, outcome)->body(); };
  DporStrategy reduced;
  const SeenOutcomes seen = see_all(reduced, body);
  RC_CLASSIFY(seen.outcomes.size() > 1, "several outcomes");
  RC_CLASSIFY(program.daemons[1] || program.daemons[2], "daemons");
  RC_CLASSIFY(reduced.observed().lives, "asks who is alive");
  RC_CLASSIFY(reduced.observed().clock, "asks for the time");
  RC_ASSERT(seen.proved);
  RC_ASSERT(seen.outcomes == every_outcome(body));
  RC_ASSERT(seen.executions == seen.classes.size());
  RC_ASSERT(reduced.counts().misplanned == 0U);
  RC_ASSERT(reduced.counts().blocked == 0U);
  RC_ASSERT(seen.classes == every_class(reduced, body));
}

}  // namespace
}  // namespace snag

namespace rc {

template <>
struct Arbitrary<snag::WaitingProgram> {
  static Gen<snag::WaitingProgram> arbitrary() {
    using snag::Instruction;
    const auto instruction = gen::build<Instruction>(
        gen::set(&Instruction::kind, gen::map(gen::inRange(0, snag::kinds),
                                              [](int kind) { return snag::Kind{static_cast<std::uint8_t>(kind)}; })),
        gen::set(&Instruction::thread, gen::inRange<std::uint8_t>(0, 2)));
    const auto code = gen::mapcat(gen::inRange<std::size_t>(1, 4), [instruction](std::size_t length) {
      return gen::container<std::vector<Instruction>>(length, instruction);
    });
    return gen::resize(
        kNominalSize,
        gen::build<snag::WaitingProgram>(
            gen::set(&snag::WaitingProgram::threads, gen::container<std::vector<std::vector<Instruction>>>(3, code)),
            gen::set(&snag::WaitingProgram::daemons,
                     gen::container<std::vector<bool>>(3, gen::weightedElement<bool>({{2, false}, {1, true}})))));
  }
};

}  // namespace rc
