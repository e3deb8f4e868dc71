// One controlled thread: its fiber, what it is about to do, and what the execution must remember of it.
#pragma once

#include "harness/execution/fiber.h"
#include "harness/execution/spin.h"
#include "harness/strategies/strategy.h"
#include "harness/trace/operation.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace snag {

struct ControlledThread;

/// What is done when a thread ends, in this order; within each the newest first.
enum class ExitStage : std::uint8_t {
  locals,   ///< what belongs to the thread is destroyed
  notices,  ///< others are told
  program,  ///< T0 only: all threads have ended, and daemons are cut off
};
inline constexpr std::size_t exit_stages = 3;

/// Says whether a published operation can execute now. subject is the primitive it is about.
using Guard = bool (*)(const void* subject, const ControlledThread& thread);

/// No deadline: an operation that never times out.
inline constexpr std::uint64_t never = ~std::uint64_t{0};

/// The subject of what is always enabled.
inline constexpr ThreadIndex in_nobodys_way = no_thread;

/// What a thread asks of the execution: an operation, when it can execute, and when it may give up.
struct Request {
  Operation operation = {};
  Guard guard = nullptr;                  ///< null: enabled as long as nobody is in the way
  const void* subject = &in_nobodys_way;  ///< handed to guard; without one, a ThreadIndex: who is in the way
  std::uint64_t deadline =
      never;  ///< virtual ns; from then on (adversarial time: at once) enabled whatever the guard says
};

/// A thread that holds more locks tells of none which it took last (Event::outer).
inline constexpr std::uint32_t locks_told = 8;

/// What the execution remembers of one thread, and forgets when the next one begins.
struct ThreadProgress {
  std::uint32_t points = 0;                  ///< scheduling points so far
  std::uint32_t spawns = 0;                  ///< threads it has spawned
  std::uint32_t creations = 0;               ///< objects it has created
  std::uint32_t creations_at_addresses = 0;  ///< likewise those that stand for an address
  std::uint32_t locks_held = 0;              ///< by Execution::take_lock
  std::uint32_t refusals = 0;                ///< operations refused while it is abandoned
  unsigned int uncaught_at_throw = 0;
  int priority = 0;             ///< its own; higher is more urgent
  std::uint32_t held_back = 0;  ///< repeats itself without effect: waits until others have done so many steps
  std::uint32_t await = 0;      ///< while it is held back under that rule: its number in Trace::awaits
  bool was_held_back = false;   ///< in the cycle that it is in
  bool spins = false;           ///< SpinRule::after_a_change: its last round repeats the one before and changes nothing
  bool waiting_told = false;    ///< the Phase::waiting event of the published operation is in the trace
  bool daemon = false;          ///< the program's end does not wait for it: it is cut off
  bool discarding = false;      ///< what it left is destroyed: its operations return quietly without effect
  std::uint8_t pauses = 0;      ///< how often it was held back while it wrote, modulo 256
  std::array<bool, 2> padding = {};  // by name: so all of it is reset in a few pieces
};

/// One controlled thread. Kept from execution to execution with its fiber. What each decision looks at lies in a few cache
/// lines of its own.
struct alignas(64) ControlledThread : ThreadProgress {
  enum class State : std::uint8_t {
    newborn,  ///< spawned, has not run yet: runs to its first operation before the next choice
    live,     ///< has published an operation, or runs
    ended,
    parked,  ///< abandoned inside a noexcept frame: its fiber never runs again until restarted
  };

  ControlledThread(ThreadIndex index_, std::size_t stack_size, void (*entry)(void*))
      : fiber(stack_size, entry, this, index_), index(index_), option{index_, &request.operation} {}

  Fiber fiber;
  Request request;             ///< published; meaningful while live
  std::uint64_t identity = 0;  ///< hash of the path of nth spawns from T0: the same under every schedule
  std::uint64_t digest = 0;    ///< of identity and published operation, for Choice::check
  ThreadIndex index;
  ThreadIndex unfinished = no_thread;  ///< index until it (T0: its body) has ended: what a join has in its way
  State state = State::ended;
  Option option;                                   ///< what a strategy is offered
  std::array<ObjectIndex, locks_told> locks = {};  ///< the first locks_held, in the order in which it took them
  SpinDetector spin;

  std::uint32_t exit_actions = 0;                                       ///< how many there are in at_exit
  std::array<std::vector<std::function<void()>>, exit_stages> at_exit;  ///< by ExitStage, the newest last

  // What it runs. Small callables live in `storage`, others on the heap.
  void (*invoke)(void* callable) = nullptr;   ///< calls and destroys the callable
  void (*discard)(void* callable) = nullptr;  ///< destroys it uncalled
  void* callable = nullptr;
  alignas(std::max_align_t) std::byte storage[128];
};

}  // namespace snag
