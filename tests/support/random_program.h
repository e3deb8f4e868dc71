// Random small programs of threads, and two ways to run them: on snag's primitives under a strategy, and in a plain model
// whose every interleaving is enumerated by brute force. The model shares no code with the engine: it is the judge.
#pragma once

#include "tests/support/reader_writer_lock.h"

#include <rapidcheck.h>
#include <snag/snag.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

namespace snag::testing {

/// One instruction. Locks are released in reverse order of their taking; unlock without a lock held does nothing.
struct Instruction {
  enum class Kind : std::uint8_t {
    load,
    store,
    add,
    compare_exchange,
    lock,
    try_lock,
    unlock,
    acquire,
    release,
    choose,
    // In rich programs only.
    wait,      ///< on the condition variable of a mutex that the thread holds, else nothing
    wait_for,  ///< may time out
    notify_one,
    notify_all,
    try_acquire,
    spawn,       ///< by the first thread: starts the last one, unless it has; without any it runs from the beginning
    join,        ///< by the first thread: the last one, if it has started it
    count_down,  ///< of a latch of 2
    latch_wait,
    latch_try_wait,
    arrive,  ///< at a barrier of 2, and waits there
    recursive_lock,
    recursive_try_lock,
    recursive_unlock,  ///< if the thread holds it
    lock_exclusive,    ///< of a reader-writer lock
    unlock_exclusive,  ///< if the thread holds it so
    lock_shared,
    try_lock_shared,
    unlock_shared,  ///< if the thread holds it so
    put,            ///< into a queue with room for one
    get,
    try_get,
    task_done,  ///< may be one too many
    queue_join,
    meet,  ///< at a breakable barrier of 2
    meet_reset,
    meet_abort,
  };
  static constexpr int kinds_plain = 10;
  static constexpr int kinds = 37;
  Kind kind;
  std::uint8_t object;  ///< variable or mutex: 0 or 1
  std::uint8_t value;   ///< operand: 0 to 2
};

/// Threads of at most seven instructions.
struct Program {
  std::vector<std::vector<Instruction>> threads;
  std::uint8_t daemons = 0;  ///< bit by thread, of rich programs only; the first is none
};

/// The same with more kinds of instruction.
struct RichProgram : Program {};

inline bool uses(const Program& program, std::size_t thread, Instruction::Kind kind) {
  for (const Instruction& instruction : program.threads[thread])
    if (instruction.kind == kind) return true;
  return false;
}
/// Whether the last thread is started by an instruction of the first.
inline bool starts_last_itself(const Program& program) {
  return program.threads.size() > 2 && uses(program, 0, Instruction::Kind::spawn);
}

inline bool is_daemon(const Program& program, std::size_t thread) { return (program.daemons >> thread & 1U) != 0; }

/// How a run ended: values of the variables, what each thread computed, how far each came (short of its end: deadlock).
struct FinalState {
  std::array<std::uint64_t, 2> variables{};
  std::array<std::uint64_t, 4> accumulators{};
  std::array<std::uint8_t, 4> reached{};
  auto operator<=>(const FinalState&) const = default;
};

inline std::uint64_t fold(std::uint64_t accumulator, std::uint64_t value) { return accumulator * 31 + value + 1; }

// What a try_get and a meeting come to in vain.
inline constexpr std::uint64_t no_item = 70;
inline constexpr std::uint64_t broken_barrier = 80;

// ---- The model ---------------------------------------------------------------------------------------------------

/// A state of the model between two instructions.
struct ModelState {
  FinalState state;
  std::array<std::uint8_t, 2> owner{};  // of each mutex: 0 free, else thread + 1
  std::array<std::vector<std::uint8_t>, 4> held{};
  std::uint8_t permits = 0;
  enum class Wait : std::uint8_t {
    none,
    queued,
    queued_timed,
    notified,
    notified_timed,
    relocking,
    relocking_notified,
    at_barrier,
    meeting
  };
  std::array<Wait, 4> waits{};
  std::array<std::uint8_t, 4> waited{};  // which condition variable, or which phase of the barrier
  std::uint8_t missing_at_latch = 2;
  std::uint8_t missing_at_barrier = 2;
  std::uint8_t phase = 0;
  std::uint8_t recursive_owner = 0;
  std::uint8_t recursive_count = 0;
  std::uint8_t writer = 0;
  std::array<std::uint8_t, 4> reads{};
  bool last_started = false;
  bool last_joined = false;
  std::vector<std::uint64_t> items{};
  std::uint8_t unfinished = 0;
  enum class Round : std::uint8_t { filling, draining, resetting, broken };
  Round round = Round::filling;  // of the breakable barrier
  std::uint8_t inside = 0;
  auto operator<=>(const ModelState&) const = default;
};

/// Enumerates every interleaving, remembering states already seen.
class BruteForce {
 public:
  explicit BruteForce(const Program& program) : program_(program) { visit({}); }
  const std::set<FinalState>& final_states() const { return final_; }

 private:
  void visit(const ModelState& state) {
    if (!seen_.insert(state).second) return;
    if (may_end(state)) final_.insert(state.state);
    bool stuck = true;
    for (std::size_t thread = 0; thread < program_.threads.size(); ++thread) {
      const std::size_t at = state.state.reached[thread];
      if (at >= program_.threads[thread].size()) continue;
      if (thread + 1 == program_.threads.size() && starts_last_itself(program_) && !state.last_started) continue;
      stuck = !step(state, thread, program_.threads[thread][at]) && stuck;
    }
    if (stuck) final_.insert(state.state);
  }

  // Whether the program may end here although daemons could go on. What a daemon does without a scheduling point, or
  // without anybody to see when, it has done by then.
  bool may_end(const ModelState& state) const {
    for (std::size_t thread = 0; thread < program_.threads.size(); ++thread) {
      const bool starts = thread + 1 < program_.threads.size() || !starts_last_itself(program_) || state.last_started;
      const std::size_t at = state.state.reached[thread];
      if (!starts || at == program_.threads[thread].size()) continue;
      if (!is_daemon(program_, thread) || goes_at_once(state, thread, program_.threads[thread][at])) return false;
    }
    return program_.daemons != 0;
  }

  // Of threads but the first.
  static bool goes_at_once(const ModelState& state, std::size_t thread, const Instruction& instruction) {
    using Kind = Instruction::Kind;
    using Wait = ModelState::Wait;
    if (state.waits[thread] == Wait::at_barrier) return state.phase > state.waited[thread];
    if (state.waits[thread] != Wait::none) return false;
    const std::vector<std::uint8_t>& held = state.held[thread];
    const bool owns_recursive = state.recursive_owner == thread + 1;
    switch (instruction.kind) {
      case Kind::choose:
      case Kind::spawn:
      case Kind::join: return true;
      case Kind::unlock: return held.empty();
      case Kind::wait:
      case Kind::wait_for: return std::ranges::find(held, instruction.object) == held.end();
      case Kind::latch_wait: return state.missing_at_latch == 0;
      case Kind::recursive_lock:
      case Kind::recursive_try_lock: return owns_recursive;
      case Kind::recursive_unlock: return !owns_recursive || state.recursive_count > 1;
      case Kind::unlock_exclusive: return state.writer != thread + 1;
      case Kind::unlock_shared: return state.reads[thread] == 0;
      default: return false;
    }
  }

  // Explores what the thread can do next; false when it cannot go.
  bool step(const ModelState& state, std::size_t thread, const Instruction& instruction) {
    using Kind = Instruction::Kind;
    using Round = ModelState::Round;
    using Wait = ModelState::Wait;
    ModelState next = state;
    if (state.waits[thread] != Wait::none) return go_on(state, thread, instruction);
    ++next.state.reached[thread];
    std::uint64_t& variable = next.state.variables[instruction.object];
    std::uint64_t& accumulator = next.state.accumulators[thread];
    std::uint8_t& owner = next.owner[instruction.object];
    const auto self = static_cast<std::uint8_t>(thread + 1);
    switch (instruction.kind) {
      case Kind::load: accumulator = fold(accumulator, variable); break;
      case Kind::store: variable = accumulator + instruction.value; break;
      case Kind::add:
        accumulator = fold(accumulator, variable);
        variable += instruction.value;
        break;
      case Kind::compare_exchange:
        accumulator = fold(accumulator, variable == instruction.value ? 100 : variable);
        if (variable == instruction.value) variable = instruction.value + 1U;
        break;
      case Kind::lock:
        if (owner != 0) return false;
        owner = self;
        next.held[thread].push_back(instruction.object);
        break;
      case Kind::try_lock:
        accumulator = fold(accumulator, owner == 0 ? 1 : 0);
        if (owner != 0) break;
        owner = self;
        next.held[thread].push_back(instruction.object);
        break;
      case Kind::unlock:
        if (next.held[thread].empty()) break;
        next.owner[next.held[thread].back()] = 0;
        next.held[thread].pop_back();
        break;
      case Kind::acquire:
        if (next.permits == 0) return false;
        --next.permits;
        break;
      case Kind::release: ++next.permits; break;
      case Kind::choose:
        for (std::uint64_t value = 0; value < 2; ++value) {
          ModelState chosen = next;
          chosen.state.accumulators[thread] = fold(accumulator, value);
          visit(chosen);
        }
        return true;
      case Kind::wait:
      case Kind::wait_for: {
        std::vector<std::uint8_t>& held = next.held[thread];
        if (std::ranges::find(held, instruction.object) == held.end()) break;
        owner = 0;
        --next.state.reached[thread];
        next.waits[thread] = instruction.kind == Kind::wait ? Wait::queued : Wait::queued_timed;
        next.waited[thread] = instruction.object;
        break;
      }
      case Kind::notify_one: {
        bool nobody = true;
        for (std::size_t waiter = 0; waiter < 4; ++waiter) {
          ModelState chosen = next;
          if (!wake(chosen, waiter, instruction.object)) continue;
          visit(chosen);
          nobody = false;
        }
        if (nobody) break;
        return true;
      }
      case Kind::notify_all:
        for (std::size_t waiter = 0; waiter < 4; ++waiter) wake(next, waiter, instruction.object);
        break;
      case Kind::try_acquire:
        accumulator = fold(accumulator, next.permits > 0 ? 1 : 0);
        if (next.permits > 0) --next.permits;
        break;
      case Kind::spawn:
        if (thread == 0 && program_.threads.size() > 2) next.last_started = true;
        break;
      case Kind::join:
        if (thread != 0 || !next.last_started || next.last_joined) break;
        if (next.state.reached[program_.threads.size() - 1] < program_.threads.back().size()) return false;
        next.last_joined = true;
        break;
      case Kind::count_down:
        if (next.missing_at_latch > 0) --next.missing_at_latch;
        break;
      case Kind::latch_wait:
        if (next.missing_at_latch > 0) return false;
        break;
      case Kind::latch_try_wait: accumulator = fold(accumulator, next.missing_at_latch == 0 ? 1 : 0); break;
      case Kind::arrive:
        next.waits[thread] = Wait::at_barrier;
        next.waited[thread] = next.phase;
        --next.state.reached[thread];
        if (--next.missing_at_barrier == 0) {
          ++next.phase;
          next.missing_at_barrier = 2;
        }
        break;
      case Kind::recursive_lock:
      case Kind::recursive_try_lock: {
        const bool can = next.recursive_owner == 0 || next.recursive_owner == self;
        if (!can && instruction.kind == Kind::recursive_lock) return false;
        if (instruction.kind == Kind::recursive_try_lock) accumulator = fold(accumulator, can ? 1 : 0);
        if (!can) break;
        next.recursive_owner = self;
        ++next.recursive_count;
        break;
      }
      case Kind::recursive_unlock:
        if (next.recursive_owner == self && --next.recursive_count == 0) next.recursive_owner = 0;
        break;
      case Kind::lock_exclusive:
        if (next.writer != 0 || next.reads != std::array<std::uint8_t, 4>{}) return false;
        next.writer = self;
        break;
      case Kind::unlock_exclusive:
        if (next.writer == self) next.writer = 0;
        break;
      case Kind::lock_shared:
        if (next.writer != 0) return false;
        ++next.reads[thread];
        break;
      case Kind::try_lock_shared:
        accumulator = fold(accumulator, next.writer == 0 ? 1 : 0);
        if (next.writer == 0) ++next.reads[thread];
        break;
      case Kind::unlock_shared:
        if (next.reads[thread] > 0) --next.reads[thread];
        break;
      case Kind::put:
        if (!next.items.empty()) return false;
        next.items.push_back(accumulator + instruction.value);
        ++next.unfinished;
        break;
      case Kind::get:
      case Kind::try_get:
        if (next.items.empty() && instruction.kind == Kind::get) return false;
        accumulator = fold(accumulator, next.items.empty() ? no_item : next.items.front());
        if (!next.items.empty()) next.items.erase(next.items.begin());
        break;
      case Kind::task_done:
        accumulator = fold(accumulator, next.unfinished > 0 ? 1 : 0);
        if (next.unfinished > 0) --next.unfinished;
        break;
      case Kind::queue_join:
        if (next.unfinished > 0) return false;
        break;
      case Kind::meet:
        if (next.round != Round::filling && next.round != Round::broken) return false;
        if (next.round == Round::broken) {
          accumulator = fold(accumulator, broken_barrier);
        } else if (next.inside == 0) {
          ++next.inside;
          next.waits[thread] = Wait::meeting;
          --next.state.reached[thread];
        } else {
          next.round = Round::draining;
          accumulator = fold(accumulator, 1);
        }
        break;
      case Kind::meet_reset:
        if (next.round != Round::draining) next.round = next.inside > 0 ? Round::resetting : Round::filling;
        break;
      case Kind::meet_abort: next.round = Round::broken; break;
    }
    visit(next);
    return true;
  }

  // The second half of a wait.
  bool go_on(const ModelState& state, std::size_t thread, const Instruction& instruction) {
    using Wait = ModelState::Wait;
    ModelState next = state;
    Wait& wait = next.waits[thread];
    std::uint8_t& owner = next.owner[instruction.object];
    std::uint64_t& accumulator = next.state.accumulators[thread];
    switch (wait) {
      case Wait::none:
      case Wait::queued: return false;
      case Wait::queued_timed:
      case Wait::notified_timed:
        wait = wait == Wait::notified_timed ? Wait::relocking_notified : Wait::relocking;
        visit(next);
        return true;
      case Wait::notified:
      case Wait::relocking:
      case Wait::relocking_notified:
        if (owner != 0) return false;
        if (wait != Wait::notified) accumulator = fold(accumulator, wait == Wait::relocking_notified ? 1 : 0);
        owner = static_cast<std::uint8_t>(thread + 1);
        break;
      case Wait::at_barrier:
        if (next.phase <= next.waited[thread]) return false;
        break;
      case Wait::meeting: {
        using Round = ModelState::Round;
        if (next.round == Round::filling) return false;
        accumulator = fold(accumulator, next.round == Round::draining ? 0 : broken_barrier);
        --next.inside;
        if (next.inside == 0 && next.round != Round::broken) next.round = Round::filling;
        break;
      }
    }
    wait = Wait::none;
    ++next.state.reached[thread];
    visit(next);
    return true;
  }

  static bool wake(ModelState& state, std::size_t waiter, std::uint8_t object) {
    using Wait = ModelState::Wait;
    Wait& wait = state.waits[waiter];
    if (state.waited[waiter] != object || (wait != Wait::queued && wait != Wait::queued_timed)) return false;
    wait = wait == Wait::queued ? Wait::notified : Wait::notified_timed;
    return true;
  }

  const Program& program_;
  std::set<ModelState> seen_;
  std::set<FinalState> final_;
};

// ---- The program on snag's primitives -----------------------------------------------------------------------------

/// Runs the program as a scenario's body; `reached` so far is in `state` also when the execution is abandoned.
class Runner {
 public:
  explicit Runner(const Program& program) : program_(program) {}

  void body() {
    state = {};
    last_started_ = false;
    objects_ = std::make_shared<Objects>();
    std::vector<thread> threads;
    const std::size_t count = program_.threads.size() - (starts_last_itself(program_) ? 1 : 0);
    for (std::size_t i = 0; i < count; ++i) {
      if (is_daemon(program_, i))
        threading::Thread({.daemon = true}, [this, i, keep = objects_] { run_thread(i); }).start();
      else
        threads.emplace_back([this, i] { run_thread(i); });
    }
    for (thread& each : threads) each.join();
    if (objects_->last.joinable()) objects_->last.join();
  }

  FinalState state;

 private:
  // Daemons use them until the program's end.
  struct Objects {
    atomic<std::uint64_t> variables[2]{std::uint64_t{0}, std::uint64_t{0}};
    mutex mutexes[2];
    condition_variable conditions[2];
    counting_semaphore<> permits{0};
    latch gate{2};
    barrier<> meeting{2};
    recursive_mutex recursive;
    ReaderWriterLock document;
    queue::Queue<std::uint64_t> tasks{1};
    threading::Barrier table{2};
    thread last;
    std::optional<threading::Thread> last_daemon;
  };
  // What a thread has taken.
  struct Held {
    std::vector<std::uint8_t> mutexes;
    int recursive = 0;
    int writes = 0;
    int reads = 0;
  };

  void run_thread(std::size_t thread) {
    Held held;
    const std::vector<Instruction>& code = program_.threads[thread];
    // Each instruction from a place of its own: the same one repeated at the same place would count as spinning.
    constexpr std::array<void (Runner::*)(std::size_t, const Instruction&, Held&), 7> steps{
        &Runner::step<0>, &Runner::step<1>, &Runner::step<2>, &Runner::step<3>,
        &Runner::step<4>, &Runner::step<5>, &Runner::step<6>};
    for (std::size_t i = 0; i < code.size(); ++i) {
      (this->*steps.at(i))(thread, code[i], held);
      ++state.reached[thread];
    }
    // Where a lock is still held, it stays so: others that want it deadlock, in the model too.
  }

  template <int place>
  [[gnu::noinline]] void step(std::size_t thread, const Instruction& instruction, Held& all_held) {
    std::vector<std::uint8_t>& held = all_held.mutexes;
    using Kind = Instruction::Kind;
    asm volatile("" : : "i"(place));  // keeps the compiler from folding these functions into one
    std::uint64_t& accumulator = state.accumulators[thread];
    atomic<std::uint64_t>& variable = objects_->variables[instruction.object];
    std::uint64_t& mirror = state.variables[instruction.object];
    mutex& lock = objects_->mutexes[instruction.object];
    switch (instruction.kind) {
      case Kind::load: accumulator = fold(accumulator, variable.load()); break;
      case Kind::store:
        variable.store(accumulator + instruction.value);
        mirror = accumulator + instruction.value;
        break;
      case Kind::add:
        accumulator = fold(accumulator, variable.fetch_add(instruction.value));
        mirror += instruction.value;
        break;
      case Kind::compare_exchange: {
        std::uint64_t expected = instruction.value;
        const bool exchanged = variable.compare_exchange_strong(expected, instruction.value + 1U);
        accumulator = fold(accumulator, exchanged ? 100 : expected);
        if (exchanged) mirror = instruction.value + 1U;
        break;
      }
      case Kind::lock:
        lock.lock();
        held.push_back(instruction.object);
        break;
      case Kind::try_lock: {
        const bool taken = lock.try_lock();
        accumulator = fold(accumulator, taken ? 1 : 0);
        if (taken) held.push_back(instruction.object);
        break;
      }
      case Kind::unlock:
        if (held.empty()) break;
        objects_->mutexes[held.back()].unlock();
        held.pop_back();
        break;
      case Kind::acquire: objects_->permits.acquire(); break;
      case Kind::release: objects_->permits.release(); break;
      case Kind::choose: accumulator = fold(accumulator, choose(2)); break;
      case Kind::wait:
      case Kind::wait_for: {
        if (std::ranges::find(held, instruction.object) == held.end()) break;
        std::unique_lock own(lock, std::adopt_lock);
        condition_variable& condition = objects_->conditions[instruction.object];
        if (instruction.kind == Kind::wait)
          condition.wait(own);
        else
          accumulator =
              fold(accumulator, condition.wait_for(own, std::chrono::seconds(1)) == cv_status::timeout ? 0 : 1);
        own.release();
        break;
      }
      case Kind::notify_one: objects_->conditions[instruction.object].notify_one(); break;
      case Kind::notify_all: objects_->conditions[instruction.object].notify_all(); break;
      case Kind::try_acquire: accumulator = fold(accumulator, objects_->permits.try_acquire() ? 1 : 0); break;
      case Kind::spawn:
        if (thread == 0 && program_.threads.size() > 2 && !objects_->last.joinable() && !last_started_) {
          last_started_ = true;
          const std::size_t last = program_.threads.size() - 1;
          if (is_daemon(program_, last)) {
            objects_->last_daemon.emplace(threading::ThreadOptions{.daemon = true},
                                          [this, last, keep = objects_] { run_thread(last); });
            objects_->last_daemon->start();
          } else {
            objects_->last = snag::thread([this, last] { run_thread(last); });
          }
        }
        break;
      case Kind::join:
        if (thread == 0 && objects_->last_daemon) objects_->last_daemon->join();
        if (thread == 0 && objects_->last.joinable()) objects_->last.join();
        break;
      case Kind::count_down: objects_->gate.count_down(); break;
      case Kind::latch_wait: objects_->gate.wait(); break;
      case Kind::latch_try_wait: accumulator = fold(accumulator, objects_->gate.try_wait() ? 1 : 0); break;
      case Kind::arrive: objects_->meeting.arrive_and_wait(); break;
      case Kind::recursive_lock:
        objects_->recursive.lock();
        ++all_held.recursive;
        break;
      case Kind::recursive_try_lock: {
        const bool taken = objects_->recursive.try_lock();
        accumulator = fold(accumulator, taken ? 1 : 0);
        if (taken) ++all_held.recursive;
        break;
      }
      case Kind::recursive_unlock:
        if (all_held.recursive == 0) break;
        --all_held.recursive;
        objects_->recursive.unlock();
        break;
      case Kind::lock_exclusive:
        objects_->document.lock();
        ++all_held.writes;
        break;
      case Kind::unlock_exclusive:
        if (all_held.writes == 0) break;
        --all_held.writes;
        objects_->document.unlock();
        break;
      case Kind::lock_shared:
        objects_->document.lock_shared();
        ++all_held.reads;
        break;
      case Kind::try_lock_shared: {
        const bool taken = objects_->document.try_lock_shared();
        accumulator = fold(accumulator, taken ? 1 : 0);
        if (taken) ++all_held.reads;
        break;
      }
      case Kind::unlock_shared:
        if (all_held.reads == 0) break;
        --all_held.reads;
        objects_->document.unlock_shared();
        break;
      case Kind::put: objects_->tasks.put(accumulator + instruction.value); break;
      case Kind::get: accumulator = fold(accumulator, objects_->tasks.get()); break;
      case Kind::try_get: try { accumulator = fold(accumulator, objects_->tasks.get_nowait());
        } catch (const queue::Empty&) { accumulator = fold(accumulator, no_item); }
        break;
      case Kind::task_done: {
        bool was_one = true;
        try {
          objects_->tasks.task_done();
        } catch (const std::invalid_argument&) { was_one = false; }
        accumulator = fold(accumulator, was_one ? 1 : 0);
        break;
      }
      case Kind::queue_join: objects_->tasks.join(); break;
      case Kind::meet: try { accumulator = fold(accumulator, objects_->table.wait());
        } catch (const threading::BrokenBarrierError&) { accumulator = fold(accumulator, broken_barrier); }
        break;
      case Kind::meet_reset: objects_->table.reset(); break;
      case Kind::meet_abort: objects_->table.abort(); break;
    }
  }

  const Program& program_;
  std::shared_ptr<Objects> objects_;
  bool last_started_ = false;
};

inline std::ostream& operator<<(std::ostream& stream, const Program& program) {
  constexpr std::array<const char*, Instruction::kinds> names{"load",
                                                              "store",
                                                              "add",
                                                              "cas",
                                                              "lock",
                                                              "try_lock",
                                                              "unlock",
                                                              "acquire",
                                                              "release",
                                                              "choose",
                                                              "wait",
                                                              "wait_for",
                                                              "notify_one",
                                                              "notify_all",
                                                              "try_acquire",
                                                              "spawn",
                                                              "join",
                                                              "count_down",
                                                              "latch_wait",
                                                              "latch_try_wait",
                                                              "arrive",
                                                              "recursive_lock",
                                                              "recursive_try_lock",
                                                              "recursive_unlock",
                                                              "lock_exclusive",
                                                              "unlock_exclusive",
                                                              "lock_shared",
                                                              "try_lock_shared",
                                                              "unlock_shared",
                                                              "put",
                                                              "get",
                                                              "try_get",
                                                              "task_done",
                                                              "queue_join",
                                                              "meet",
                                                              "meet_reset",
                                                              "meet_abort"};
  for (std::size_t i = 0; i < program.threads.size(); ++i) {
    stream << "\n  T" << i + 1 << (is_daemon(program, i) ? " (daemon):" : ":");
    for (const Instruction& instruction : program.threads[i])
      stream << ' ' << names[static_cast<std::size_t>(instruction.kind)] << '(' << int{instruction.object} << ','
             << int{instruction.value} << ')';
  }
  return stream;
}

}  // namespace snag::testing

namespace rc {

template <>
struct Arbitrary<snag::testing::Instruction> {
  static Gen<snag::testing::Instruction> below(int kinds) {
    using snag::testing::Instruction;
    return gen::build<Instruction>(
        gen::set(&Instruction::kind,
                 gen::map(gen::inRange(0, kinds), [](int kind) { return static_cast<Instruction::Kind>(kind); })),
        gen::set(&Instruction::object, gen::inRange<std::uint8_t>(0, 2)),
        gen::set(&Instruction::value, gen::inRange<std::uint8_t>(0, 3)));
  }
  static Gen<snag::testing::Instruction> arbitrary() { return below(snag::testing::Instruction::kinds_plain); }
};

/// `threads` pieces of code, each of one to length_max instructions of the first `kinds`.
inline Gen<std::vector<std::vector<snag::testing::Instruction>>> code_of_threads(std::size_t threads,
                                                                                 std::size_t length_max, int kinds) {
  using snag::testing::Instruction;
  const auto code = gen::mapcat(gen::inRange<std::size_t>(1, length_max + 1), [kinds](std::size_t length) {
    return gen::container<std::vector<Instruction>>(length, Arbitrary<Instruction>::below(kinds));
  });
  return gen::container<std::vector<std::vector<Instruction>>>(threads, code);
}

template <>
struct Arbitrary<snag::testing::Program> {
  static Gen<snag::testing::Program> arbitrary() {
    using snag::testing::Instruction;
    using snag::testing::Program;
    // Two threads of up to five instructions or three of up to three: every interleaving can be enumerated.
    return gen::resize(kNominalSize, gen::mapcat(gen::inRange<std::size_t>(2, 4), [](std::size_t threads) {
                         return gen::map(
                             code_of_threads(threads, threads == 2 ? 5 : 3, Instruction::kinds_plain),
                             [](std::vector<std::vector<Instruction>> code) { return Program{std::move(code)}; });
                       }));
  }
};

template <>
struct Arbitrary<snag::testing::RichProgram> {
  using Instruction = snag::testing::Instruction;
  using Code = std::vector<Instruction>;

  static Gen<snag::testing::RichProgram> arbitrary() {
    using snag::testing::RichProgram;
    // Two to four threads: every state can be enumerated, if not every interleaving.
    return gen::resize(
        kNominalSize, gen::mapcat(gen::inRange<std::size_t>(2, 5), [](std::size_t threads) {
          const std::size_t length_max = threads == 2 ? 7 : threads == 3 ? 5 : 3;
          const auto daemons = gen::map(gen::inRange<unsigned>(0, 1U << threads),
                                        [](unsigned bits) { return static_cast<std::uint8_t>(bits & ~1U); });
          return gen::map(gen::pair(gen::container<std::vector<Code>>(threads, code(length_max)),
                                    gen::weightedOneOf<std::uint8_t>({{1, gen::just<std::uint8_t>(0)}, {1, daemons}})),
                          [](std::pair<std::vector<Code>, std::uint8_t> parts) {
                            return RichProgram{{std::move(parts.first), parts.second}};
                          });
        }));
  }

 private:
  // A few fragments one after the other, cut to length_max instructions.
  static Gen<Code> code(std::size_t length_max) {
    return gen::mapcat(gen::inRange<std::size_t>(1, length_max + 1), [length_max](std::size_t fragments) {
      return gen::map(gen::container<std::vector<Code>>(fragments, fragment()), [length_max](std::vector<Code> parts) {
        Code all;
        for (const Code& part : parts) all.insert(all.end(), part.begin(), part.end());
        if (all.size() > length_max) all.resize(length_max);
        return all;
      });
    });
  }
  // What threads are likely to meet in: few objects, locks that are released, waits with the lock held.
  static Gen<Code> fragment() {
    using Kind = Instruction::Kind;
    const auto single = [](Gen<Kind> kind) {
      return gen::map(gen::tuple(std::move(kind), object(), value()),
                      [](const std::tuple<Kind, std::uint8_t, std::uint8_t>& parts) {
                        return Code{{std::get<0>(parts), std::get<1>(parts), std::get<2>(parts)}};
                      });
    };
    const auto locked = [](Gen<Kind> kind) {
      return gen::map(
          gen::tuple(std::move(kind), object(), value()),
          [](const std::tuple<Kind, std::uint8_t, std::uint8_t>& parts) {
            const std::uint8_t lock = std::get<1>(parts);
            return Code{{Kind::lock, lock, 0}, {std::get<0>(parts), lock, std::get<2>(parts)}, {Kind::unlock, lock, 0}};
          });
    };
    const auto bracketed =
        gen::map(gen::tuple(gen::element(Kind::lock_exclusive, Kind::lock_shared, Kind::lock_shared),
                            gen::element(Kind::load, Kind::store), object()),
                 [](const std::tuple<Kind, Kind, std::uint8_t>& parts) {
                   const Kind take = std::get<0>(parts);
                   const Kind give = take == Kind::lock_shared ? Kind::unlock_shared : Kind::unlock_exclusive;
                   return Code{{take, 0, 0}, {std::get<1>(parts), std::get<2>(parts), 0}, {give, 0, 0}};
                 });
    const auto any = gen::map(gen::inRange(0, Instruction::kinds), [](int kind) { return static_cast<Kind>(kind); });
    return gen::weightedOneOf<Code>(
        {{5, single(gen::element(Kind::load, Kind::store, Kind::add, Kind::compare_exchange))},
         {2, locked(gen::element(Kind::load, Kind::store, Kind::add))},
         {2, locked(gen::element(Kind::wait, Kind::wait_for))},
         {2, single(gen::element(Kind::notify_one, Kind::notify_all))},
         {2, single(gen::element(Kind::release, Kind::release, Kind::acquire, Kind::try_acquire))},
         {2, bracketed},
         {3, single(gen::element(Kind::put, Kind::put, Kind::get, Kind::try_get, Kind::task_done, Kind::queue_join))},
         {2, single(gen::element(Kind::meet, Kind::meet, Kind::meet, Kind::meet_reset, Kind::meet_abort))},
         {4, single(any)}});
  }
  static Gen<std::uint8_t> object() { return gen::weightedElement<std::uint8_t>({{3, 0}, {1, 1}}); }
  static Gen<std::uint8_t> value() { return gen::inRange<std::uint8_t>(0, 3); }
};

}  // namespace rc
