// snag::jthread: std::jthread under the controlled scheduler.
#pragma once

#include "harness/primitives/stop_token.h"
#include "harness/primitives/thread.h"

#include <type_traits>
#include <utility>

namespace snag {

/// std::jthread: requests stop and joins when destroyed.
class jthread {
 public:
  using id = thread::id;
  using native_handle_type = thread::native_handle_type;

  jthread() noexcept : source_(nostopstate) {}
  template <class Callable, class... Arguments>
  requires(!std::same_as<std::remove_cvref_t<Callable>, jthread>) SNAG_ALWAYS_INLINE
      explicit jthread(Callable&& callable, Arguments&&... arguments) {
    if constexpr (std::is_invocable_v<std::decay_t<Callable>, stop_token, std::decay_t<Arguments>...>) {
      thread_ = thread(std::forward<Callable>(callable), source_.get_token(), std::forward<Arguments>(arguments)...);
    } else {
      thread_ = thread(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
    }
  }
  jthread(jthread&&) noexcept = default;
  SNAG_ALWAYS_INLINE jthread& operator=(jthread&& other) {
    if (this == &other) return *this;
    finish();
    thread_ = std::move(other.thread_);
    source_ = std::move(other.source_);
    return *this;
  }
  SNAG_ALWAYS_INLINE ~jthread() { finish(); }

  bool joinable() const noexcept { return thread_.joinable(); }
  SNAG_ALWAYS_INLINE void join() { thread_.join(); }
  SNAG_ALWAYS_INLINE void detach() { thread_.detach(); }
  id get_id() const noexcept { return thread_.get_id(); }
  native_handle_type native_handle() const { return thread_.native_handle(); }
  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { thread_.set_name(text); }
  stop_source get_stop_source() noexcept { return source_; }
  stop_token get_stop_token() const noexcept { return source_.get_token(); }
  SNAG_ALWAYS_INLINE bool request_stop() { return source_.request_stop(); }
  void swap(jthread& other) noexcept {
    thread_.swap(other.thread_);
    source_.swap(other.source_);
  }
  friend void swap(jthread& one, jthread& other) noexcept { one.swap(other); }
  static unsigned hardware_concurrency() noexcept { return thread::hardware_concurrency(); }

 private:
  SNAG_ALWAYS_INLINE void finish() {
    if (!joinable()) return;
    source_.request_stop();
    thread_.join();
  }

  stop_source source_;
  thread thread_;
};

}  // namespace snag
