// snag::threading::Thread and the functions of Python's module threading that tell of threads, under the controlled
// scheduler. As a name in Python does, a Thread refers to a thread: copies refer to the same one.
#pragma once

#include "harness/primitives/clock.h"
#include "harness/primitives/thread.h"
#include "harness/primitives/threading_lock.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace snag::threading {

/// What a Thread may be given: Thread({.name = "writer", .daemon = true}, write).
struct ThreadOptions {
  std::string name = {};            ///< reports show it beside the number
  std::optional<bool> daemon = {};  ///< not said: as the thread that makes it
};

/// threading.Thread. It need not be joined: the program ends when all threads have that are no daemons. Those that are
/// daemons are then cut off wherever they stand: they are unwound, and their further operations do nothing.
/// What a daemon uses must outlive the scenario's body: let it own that (std::shared_ptr).
class Thread {
 public:
  /// Runs the callable with the (decayed) arguments once it is started.
  template <class Callable, class... Arguments>
  requires(!std::same_as<std::remove_cvref_t<Callable>, Thread> &&
           !std::same_as<std::remove_cvref_t<Callable>, ThreadOptions>) explicit Thread(Callable&& target,
                                                                                        Arguments&&... arguments)
      : Thread(ThreadOptions(), std::forward<Callable>(target), std::forward<Arguments>(arguments)...) {}
  template <class Callable, class... Arguments>
  explicit Thread(ThreadOptions options, Callable&& target, Arguments&&... arguments)
      : Thread(std::move(options),
               Target{bind_once(std::forward<Callable>(target), std::forward<Arguments>(arguments)...)}) {}

  /// Starts it. Throws ThreadError the second time.
  void start();
  /// Waits until it has ended; any number of times. Before the start, or of the current thread, it is a finding; throws
  /// ThreadError.
  void join();
  /// The same, for so long at most: whether it has ended.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool join(const std::chrono::duration<Rep, Period>& timeout) {
    return join_until(deadline_after(Execution::require("snag::threading::Thread::join"), timeout), nullptr);
  }
  /// Whether it was started and has not ended.
  bool is_alive() const;

  /// What it was given; else MainThread, or Thread and its number, which it has once it was started.
  std::string name() const;
  void set_name(std::string_view text);
  bool daemon() const;
  /// Throws ThreadError once it was started.
  void set_daemon(bool daemon);
  /// A number that no other thread has and that is not 0; none before the start.
  std::optional<std::uint32_t> ident() const;
  std::optional<std::uint32_t> native_id() const { return ident(); }

  /// Whether they are the same thread.
  friend bool operator==(const Thread& one, const Thread& other) { return one.is_same_as(other); }

 protected:
  /// For snag's own threads: the place in the program that starts it is given.
  void start_at(const void* place);
  /// The call of the target with the arguments, which it may move from: for once.
  template <class Callable, class... Arguments>
  static std::function<void()> bind_once(Callable&& target, Arguments&&... arguments) {
    static_assert(std::is_invocable_v<std::decay_t<Callable>, std::decay_t<Arguments>...>,
                  "snag::threading needs something that can be called with the (decayed) arguments given");
    // Shared, since a std::function wants what can be copied.
    using Bound = std::tuple<std::decay_t<Callable>, std::decay_t<Arguments>...>;
    auto bound = std::make_shared<Bound>(std::forward<Callable>(target), std::forward<Arguments>(arguments)...);
    return [bound = std::move(bound)] {
      std::apply([](auto&&... parts) { std::invoke(std::forward<decltype(parts)>(parts)...); }, std::move(*bound));
    };
  }

 private:
  friend Thread current_thread();
  friend Thread main_thread();
  friend std::vector<Thread> enumerate();

  struct State {
    ThreadOptions options = {};
    std::function<void()> target = {};  // until the start
    ThreadIndex index = no_thread;      // from the start on
    std::uint32_t serial = 0;           // of the execution
  };
  struct Target {
    std::function<void()> call;
  };
  Thread(ThreadOptions options, Target target);
  explicit Thread(ThreadIndex started);

  bool is_same_as(const Thread& other) const;
  bool has_started() const { return state_->index != no_thread; }
  Execution& require(const char* what) const;
  bool join_until(std::uint64_t deadline, const void* place);
  bool join_with(std::uint64_t argument, std::uint64_t deadline, const void* place);

  std::shared_ptr<State> state_;
};

/// The thread that calls.
Thread current_thread();
/// The thread that runs the scenario's body: T0.
Thread main_thread();
/// Current thread's ident.
std::uint32_t get_ident();
std::uint32_t get_native_id();
/// The threads that were started and have not ended, daemons too, in the order of their starts.
std::vector<Thread> enumerate();
/// How many those are.
std::size_t active_count();

}  // namespace snag::threading
