// snag::threading::Barrier: that of Python's module threading under the controlled scheduler: it can be broken, by a time
// that is out, by an action that throws or by abort. A wait is two events, enter and leave; the last to enter runs the
// action between them.
#pragma once

#include "harness/primitives/clock.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace snag::threading {

/// Thrown by a wait when the barrier is broken or reset.
class BrokenBarrierError : public std::runtime_error {
 public:
  BrokenBarrierError() : std::runtime_error("the barrier is broken") {}  // the broken-barrier checker knows this text
};

/// threading.Barrier. To wait at a barrier that one knows to be broken is a finding.
class Barrier {
 public:
  /// For so many threads. The last to come calls the action before any leaves. Throws std::invalid_argument for none.
  explicit Barrier(std::ptrdiff_t parties, std::function<void()> action = nullptr);
  /// The same; a wait that is given no time waits so long at most.
  template <class Rep, class Period>
  Barrier(std::ptrdiff_t parties, std::function<void()> action, const std::chrono::duration<Rep, Period>& timeout)
      : Barrier(parties, std::move(action)) {
    timeout_ = timeout <= timeout.zero() ? 0 : snag::detail::deadline_from(0, timeout);
  }
  ~Barrier();
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  /// Waits until all parties have come; returns how many came before. Throws BrokenBarrierError if the barrier is broken
  /// or gets so, or is reset, and what the action throws, which breaks the barrier.
  std::size_t wait();
  /// The same, for so long at most: then it breaks the barrier.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE std::size_t wait(const std::chrono::duration<Rep, Period>& timeout) {
    return wait_until(deadline_after(Execution::require("snag::threading::Barrier::wait"), timeout), nullptr);
  }
  /// Makes it as new: those that wait get BrokenBarrierError.
  void reset();
  /// Breaks it: those that wait, and all that come, get BrokenBarrierError.
  void abort();

  std::size_t parties() const { return parties_; }
  /// How many wait for the others now.
  std::size_t n_waiting() const;
  bool broken() const;

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  enum class State : std::uint8_t {
    filling,    // waits for more
    acting,     // all have come, the action runs: nobody comes, leaves or times out
    draining,   // all may leave; the next round begins when they have
    resetting,  // those inside leave with an error; it is as new when they have
    broken
  };
  struct Look {
    std::size_t waiting;
    bool broken;
  };
  std::size_t wait_until(std::uint64_t deadline, const void* place);
  std::size_t wait_with(std::uint64_t argument, std::uint64_t deadline, const void* place);
  void run_action(Execution& execution, const void* place);
  void leave(snag::Event& event);
  Look look(const void* place) const;
  static bool may_enter(const void* self, const ControlledThread& thread);
  static bool may_leave(const void* self, const ControlledThread& thread);
  static bool is_not_acting(const void* self, const ControlledThread& thread);

  ObjectHandle handle_;
  std::size_t parties_;
  std::function<void()> action_;
  std::uint64_t timeout_ = never;  // virtual ns
  std::size_t inside_ = 0;
  State state_ = State::filling;
};

}  // namespace snag::threading
