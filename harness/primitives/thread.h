// snag::thread and this_thread: std::thread under the controlled scheduler.
#pragma once

#include "harness/execution/execution.h"
#include "harness/primitives/clock.h"

#include <compare>
#include <functional>
#include <memory>
#include <ostream>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace snag {

namespace detail {

class FutureCore;

/// A new thread with its callable in place, to be spawned; null while the execution is abandoned.
template <class Callable, class... Arguments>
ControlledThread* prepare_thread(Callable&& callable, Arguments&&... arguments) {
  using Bound = std::tuple<std::decay_t<Callable>, std::decay_t<Arguments>...>;
  Execution& execution = Execution::require("snag::thread");
  if (execution.abandoning()) return nullptr;
  ControlledThread& made = execution.create_thread();
  if constexpr (sizeof(Bound) <= sizeof(made.storage) && alignof(Bound) <= alignof(std::max_align_t)) {
    made.callable = new (made.storage) Bound(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
    made.discard = [](void* bound) { static_cast<Bound*>(bound)->~Bound(); };
  } else {
    made.callable = new Bound(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
    made.discard = [](void* bound) { delete static_cast<Bound*>(bound); };
  }
  made.invoke = [](void* bound) {
    // Destroyed also when the call throws or is abandoned.
    struct Keeper {
      void* bound;
      ~Keeper() {
        if constexpr (sizeof(Bound) <= sizeof(ControlledThread::storage) && alignof(Bound) <= alignof(std::max_align_t))
          static_cast<Bound*>(bound)->~Bound();
        else
          delete static_cast<Bound*>(bound);
      }
    } keeper{bound};
    std::apply([](auto&&... parts) { std::invoke(std::forward<decltype(parts)>(parts)...); },
               std::move(*static_cast<Bound*>(bound)));
  };
  return &made;
}

}  // namespace detail

/// std::thread.
class thread {
 public:
  using native_handle_type = ThreadIndex;

  /// std::thread::id: printable, comparable, hashable. Numbered in creation order.
  class id {
   public:
    id() = default;
    explicit id(ThreadIndex index) : index_(index) {}
    auto operator<=>(const id&) const = default;
    friend std::ostream& operator<<(std::ostream& stream, const id& value) {
      if (value.index_ == no_thread) return stream << "no thread";
      return stream << 'T' << value.index_;
    }

   private:
    friend class thread;
    friend struct std::hash<id>;
    ThreadIndex index_ = no_thread;
  };

  thread() = default;
  template <class Callable, class... Arguments>
  requires(!std::same_as<std::remove_cvref_t<Callable>, thread>) SNAG_ALWAYS_INLINE
      explicit thread(Callable&& callable, Arguments&&... arguments) {
    static_assert(std::is_invocable_v<std::decay_t<Callable>, std::decay_t<Arguments>...>,
                  "snag::thread needs something that can be called with the (decayed) arguments given");
    start(detail::prepare_thread(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...));
  }
  thread(thread&& other) noexcept : index_(std::exchange(other.index_, no_thread)), serial_(other.serial_) {}
  /// Assigning to a joinable thread is a finding (std::terminate for the standard's).
  thread& operator=(thread&& other);
  ~thread();

  bool joinable() const noexcept { return index_ != no_thread; }
  id get_id() const noexcept { return id(index_); }
  native_handle_type native_handle() const { return index_; }
  void join();
  void detach();
  void swap(thread& other) noexcept {
    std::swap(index_, other.index_);
    std::swap(serial_, other.serial_);
  }
  friend void swap(thread& one, thread& other) noexcept { one.swap(other); }
  /// The name that reports show (see snag::name). Throws UsageError when it stands for no thread.
  void set_name(std::string_view text);
  /// Always 4, so that programs that ask behave the same everywhere.
  static unsigned hardware_concurrency() noexcept { return 4; }

 private:
  friend class detail::FutureCore;
  void join_at(const void* place);
  [[gnu::noinline]] void start(ControlledThread* prepared);
  void report_destroyed(const void* place);

  ThreadIndex index_ = no_thread;
  std::uint32_t serial_ = 0;
};

namespace this_thread {

thread::id get_id();
/// Gives way: under a search this is a hint only, any thread may go next.
void yield();
/// Sleeps until a point in virtual time.
void sleep_until_virtual(std::uint64_t deadline, const void* place);

/// Nobody really sleeps: which of sleepers and workers goes first is a choice (see TimeModel).
template <class Rep, class Period>
SNAG_ALWAYS_INLINE void sleep_for(const std::chrono::duration<Rep, Period>& duration) {
  Execution& execution = Execution::require("snag::this_thread::sleep_for");
  sleep_until_virtual(deadline_after(execution, duration), nullptr);
}
template <class Clock, class Duration>
SNAG_ALWAYS_INLINE void sleep_until(const std::chrono::time_point<Clock, Duration>& point) {
  Execution& execution = Execution::require("snag::this_thread::sleep_until");
  sleep_until_virtual(deadline_at(execution, point), nullptr);
}

}  // namespace this_thread

}  // namespace snag

template <>
struct std::hash<snag::thread::id> {
  std::size_t operator()(const snag::thread::id& id) const noexcept { return id.index_; }
};
