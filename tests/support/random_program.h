// Random small programs of threads, and two ways to run them: on snag's primitives under a strategy, and in a plain model
// whose every interleaving is enumerated by brute force. The model shares no code with the engine: it is the judge.
#pragma once

#include <rapidcheck.h>
#include <snag/snag.h>

#include <array>
#include <compare>
#include <cstdint>
#include <ostream>
#include <set>
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
    choose
  };
  Kind kind;
  std::uint8_t object;  ///< variable or mutex: 0 or 1
  std::uint8_t value;   ///< operand: 0 to 2
};

/// Threads of at most seven instructions.
struct Program {
  std::vector<std::vector<Instruction>> threads;
};

/// How a run ended: values of the variables, what each thread computed, how far each came (short of its end: deadlock).
struct FinalState {
  std::array<std::uint64_t, 2> variables{};
  std::array<std::uint64_t, 3> accumulators{};
  std::array<std::uint8_t, 3> reached{};
  auto operator<=>(const FinalState&) const = default;
};

inline std::uint64_t fold(std::uint64_t accumulator, std::uint64_t value) { return accumulator * 31 + value + 1; }

// ---- The model ---------------------------------------------------------------------------------------------------

/// A state of the model between two instructions.
struct ModelState {
  FinalState state;
  std::array<std::uint8_t, 2> owner{};  // of each mutex: 0 free, else thread + 1
  std::array<std::vector<std::uint8_t>, 3> held{};
  std::uint8_t permits = 0;
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
    bool stuck = true;
    for (std::size_t thread = 0; thread < program_.threads.size(); ++thread) {
      const std::size_t at = state.state.reached[thread];
      if (at >= program_.threads[thread].size()) continue;
      stuck = !step(state, thread, program_.threads[thread][at]) && stuck;
    }
    if (stuck) final_.insert(state.state);
  }

  // Explores what the thread can do next; false when it cannot go.
  bool step(const ModelState& state, std::size_t thread, const Instruction& instruction) {
    using Kind = Instruction::Kind;
    ModelState next = state;
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
    }
    visit(next);
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
    atomic<std::uint64_t> variables[2]{std::uint64_t{0}, std::uint64_t{0}};
    mutex mutexes[2];
    counting_semaphore<> permits(0);
    objects_ = {variables, mutexes, &permits};
    std::vector<thread> threads;
    for (std::size_t i = 0; i < program_.threads.size(); ++i) threads.emplace_back([this, i] { run_thread(i); });
    for (thread& each : threads) each.join();
  }

  FinalState state;

 private:
  struct Objects {
    atomic<std::uint64_t>* variables;
    mutex* mutexes;
    counting_semaphore<>* permits;
  };

  void run_thread(std::size_t thread) {
    std::vector<std::uint8_t> held;
    const std::vector<Instruction>& code = program_.threads[thread];
    // Each instruction from a place of its own: the same one repeated at the same place would count as spinning.
    constexpr std::array<void (Runner::*)(std::size_t, const Instruction&, std::vector<std::uint8_t>&), 7> steps{
        &Runner::step<0>, &Runner::step<1>, &Runner::step<2>, &Runner::step<3>,
        &Runner::step<4>, &Runner::step<5>, &Runner::step<6>};
    for (std::size_t i = 0; i < code.size(); ++i) {
      (this->*steps.at(i))(thread, code[i], held);
      ++state.reached[thread];
    }
    // Where a lock is still held, it stays so: others that want it deadlock, in the model too.
  }

  template <int place>
  [[gnu::noinline]] void step(std::size_t thread, const Instruction& instruction, std::vector<std::uint8_t>& held) {
    using Kind = Instruction::Kind;
    asm volatile("" : : "i"(place));  // keeps the compiler from folding these functions into one
    std::uint64_t& accumulator = state.accumulators[thread];
    atomic<std::uint64_t>& variable = objects_.variables[instruction.object];
    std::uint64_t& mirror = state.variables[instruction.object];
    mutex& lock = objects_.mutexes[instruction.object];
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
        objects_.mutexes[held.back()].unlock();
        held.pop_back();
        break;
      case Kind::acquire: objects_.permits->acquire(); break;
      case Kind::release: objects_.permits->release(); break;
      case Kind::choose: accumulator = fold(accumulator, choose(2)); break;
    }
  }

  const Program& program_;
  Objects objects_{};
};

inline std::ostream& operator<<(std::ostream& stream, const Program& program) {
  constexpr std::array<const char*, 10> names{"load",     "store",  "add",     "cas",     "lock",
                                              "try_lock", "unlock", "acquire", "release", "choose"};
  for (std::size_t i = 0; i < program.threads.size(); ++i) {
    stream << "\n  T" << i + 1 << ":";
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
  static Gen<snag::testing::Instruction> arbitrary() {
    using snag::testing::Instruction;
    return gen::build<Instruction>(
        gen::set(&Instruction::kind,
                 gen::map(gen::inRange(0, 10), [](int kind) { return static_cast<Instruction::Kind>(kind); })),
        gen::set(&Instruction::object, gen::inRange<std::uint8_t>(0, 2)),
        gen::set(&Instruction::value, gen::inRange<std::uint8_t>(0, 3)));
  }
};

template <>
struct Arbitrary<snag::testing::Program> {
  static Gen<snag::testing::Program> arbitrary() {
    using snag::testing::Instruction;
    using snag::testing::Program;
    // Two threads of up to five instructions or three of up to three: every interleaving can be enumerated.
    return gen::resize(kNominalSize, gen::mapcat(gen::inRange<std::size_t>(2, 4), [](std::size_t threads) {
                         const std::size_t length_max = threads == 2 ? 6 : 4;
                         const auto code =
                             gen::mapcat(gen::inRange<std::size_t>(1, length_max), [](std::size_t length) {
                               return gen::container<std::vector<Instruction>>(length, gen::arbitrary<Instruction>());
                             });
                         return gen::map(gen::container<std::vector<std::vector<Instruction>>>(threads, code),
                                         [](std::vector<std::vector<Instruction>> code_of_threads) {
                                           return Program{std::move(code_of_threads)};
                                         });
                       }));
  }
};

}  // namespace rc
