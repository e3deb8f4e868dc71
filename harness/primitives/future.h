// snag::promise, future and shared_future: the standard's under the controlled scheduler. A promise that goes without a
// result while somebody has its future is told as broken-promise, when the future is asked for it. Whatever may make an
// event is inlined, destructors too, so that its place is in the program.
#pragma once

#include "harness/primitives/clock.h"
#include "harness/primitives/future_state.h"

#include <future>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace snag {

using std::future_category;
using std::future_errc;
using std::future_error;
using std::future_status;
using std::launch;
using std::make_error_code;
using std::make_error_condition;

namespace detail {

/// What future and shared_future have in common.
template <class R>
class FutureBase {
 public:
  bool valid() const noexcept { return receiver_.valid(); }
  SNAG_ALWAYS_INLINE void wait() const { receiver_.state().wait(nullptr); }
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE std::future_status wait_for(const std::chrono::duration<Rep, Period>& duration) const {
    return receiver_.state().try_wait(deadline_after(Execution::require("snag::future::wait_for"), duration), nullptr);
  }
  template <class Clock, class Duration>
  SNAG_ALWAYS_INLINE std::future_status wait_until(const std::chrono::time_point<Clock, Duration>& point) const {
    return receiver_.state().try_wait(deadline_at(Execution::require("snag::future::wait_until"), point), nullptr);
  }
  /// The name that reports show for the state that the future shares with its promise (see snag::name).
  void set_name(std::string_view text) { receiver_.state().set_name(text); }

 protected:
  FutureBase() noexcept = default;
  explicit FutureBase(Receiver<R> receiver) : receiver_(std::move(receiver)) {}
  FutureBase(const FutureBase&) noexcept = default;
  FutureBase(FutureBase&&) noexcept = default;
  SNAG_ALWAYS_INLINE FutureBase& operator=(const FutureBase&) noexcept = default;
  SNAG_ALWAYS_INLINE FutureBase& operator=(FutureBase&&) noexcept = default;
  SNAG_ALWAYS_INLINE ~FutureBase() = default;
  /// The state with its value; throws what was stored instead of one.
  SNAG_ALWAYS_INLINE FutureState<R>& result() const {
    FutureState<R>& state = receiver_.state();
    state.wait(nullptr);
    state.rethrow();
    return state;
  }

  Receiver<R> receiver_;
};

}  // namespace detail

template <class R>
class shared_future;

/// std::future.
template <class R>
class future : public detail::FutureBase<R> {
  using Base = detail::FutureBase<R>;

 public:
  future() noexcept = default;
  future(future&&) noexcept = default;
  future(const future&) = delete;
  SNAG_ALWAYS_INLINE future& operator=(future&&) noexcept = default;
  future& operator=(const future&) = delete;
  SNAG_ALWAYS_INLINE ~future() = default;
  /// For promise, packaged_task and async.
  explicit future(std::shared_ptr<detail::FutureState<R>> state) : Base(detail::Receiver<R>(std::move(state))) {}

  shared_future<R> share() noexcept { return shared_future<R>(std::move(*this)); }
  SNAG_ALWAYS_INLINE R get() {
    this->receiver_.state().wait(nullptr);
    const detail::Receiver<R> last(std::move(this->receiver_));
    last.state().rethrow();
    if constexpr (std::is_reference_v<R>)
      return *last.state().value();
    else if constexpr (!std::is_void_v<R>)
      return std::move(*last.state().value());
  }

 private:
  friend class shared_future<R>;
};

/// std::shared_future.
template <class R>
class shared_future : public detail::FutureBase<R> {
  using Base = detail::FutureBase<R>;
  using Result =
      std::conditional_t<std::is_void_v<R> || std::is_reference_v<R>, R, std::add_lvalue_reference_t<const R>>;

 public:
  shared_future() noexcept = default;
  shared_future(const shared_future&) noexcept = default;
  shared_future(shared_future&&) noexcept = default;
  explicit(false) shared_future(future<R>&& other) noexcept : Base(std::move(other.receiver_)) {}
  SNAG_ALWAYS_INLINE shared_future& operator=(const shared_future&) noexcept = default;
  SNAG_ALWAYS_INLINE shared_future& operator=(shared_future&&) noexcept = default;
  SNAG_ALWAYS_INLINE ~shared_future() = default;

  SNAG_ALWAYS_INLINE Result get() const {
    [[maybe_unused]] detail::FutureState<R>& state = this->result();
    if constexpr (!std::is_void_v<R>) return *state.value();
  }
};

namespace detail {

/// What the promises of all types of result have in common.
template <class R>
class PromiseBase {
 public:
  PromiseBase() : state_(std::make_shared<FutureState<R>>()) {}
  /// The allocator is not used: the state must not come from the program's heap of one schedule only.
  template <class Allocator>
  PromiseBase(std::allocator_arg_t, const Allocator&) : PromiseBase() {}
  PromiseBase(PromiseBase&& other) noexcept : state_(std::move(other.state_)) {}
  PromiseBase(const PromiseBase&) = delete;
  SNAG_ALWAYS_INLINE PromiseBase& operator=(PromiseBase&& other) noexcept {
    if (this == &other) return *this;
    drop();
    state_ = std::move(other.state_);
    return *this;
  }
  PromiseBase& operator=(const PromiseBase&) = delete;
  SNAG_ALWAYS_INLINE ~PromiseBase() { drop(); }

  future<R> get_future() {
    state().retrieve();
    return future<R>(state_);
  }
  SNAG_ALWAYS_INLINE void set_exception(std::exception_ptr exception) {
    state().set_exception(std::move(exception), ReadyWhen::now);
  }
  SNAG_ALWAYS_INLINE void set_exception_at_thread_exit(std::exception_ptr exception) {
    state().set_exception(std::move(exception), ReadyWhen::at_thread_exit);
  }
  /// The name that reports show for the state that the promise shares with its futures (see snag::name).
  void set_name(std::string_view text) { state().set_name(text); }

 protected:
  FutureState<R>& state() const {
    if (state_ == nullptr) throw std::future_error(std::future_errc::no_state);
    return *state_;
  }
  SNAG_ALWAYS_INLINE void drop() {
    if (state_ != nullptr) state_->drop_promise(nullptr);
  }

  std::shared_ptr<FutureState<R>> state_;
};

}  // namespace detail

/// std::promise.
template <class R>
class promise : public detail::PromiseBase<R> {
 public:
  using detail::PromiseBase<R>::PromiseBase;
  promise() = default;
  promise(promise&&) noexcept = default;
  SNAG_ALWAYS_INLINE promise& operator=(promise&&) noexcept = default;
  SNAG_ALWAYS_INLINE ~promise() = default;
  void swap(promise& other) noexcept { this->state_.swap(other.state_); }
  friend void swap(promise& one, promise& other) noexcept { one.swap(other); }

  SNAG_ALWAYS_INLINE void set_value(const R& value) { set(value, detail::ReadyWhen::now); }
  SNAG_ALWAYS_INLINE void set_value(R&& value) { set(std::move(value), detail::ReadyWhen::now); }
  SNAG_ALWAYS_INLINE void set_value_at_thread_exit(const R& value) { set(value, detail::ReadyWhen::at_thread_exit); }
  SNAG_ALWAYS_INLINE void set_value_at_thread_exit(R&& value) {
    set(std::move(value), detail::ReadyWhen::at_thread_exit);
  }

 private:
  template <class Given>
  SNAG_ALWAYS_INLINE void set(Given&& value, detail::ReadyWhen when) {
    detail::FutureState<R>& state = this->state();
    state.set_value(std::make_unique<R>(std::forward<Given>(value)), when);
  }
};

/// std::promise for references.
template <class R>
class promise<R&> : public detail::PromiseBase<R&> {
 public:
  using detail::PromiseBase<R&>::PromiseBase;
  promise() = default;
  promise(promise&&) noexcept = default;
  SNAG_ALWAYS_INLINE promise& operator=(promise&&) noexcept = default;
  SNAG_ALWAYS_INLINE ~promise() = default;
  void swap(promise& other) noexcept { this->state_.swap(other.state_); }
  friend void swap(promise& one, promise& other) noexcept { one.swap(other); }

  SNAG_ALWAYS_INLINE void set_value(R& value) {
    this->state().set_value(std::addressof(value), detail::ReadyWhen::now);
  }
  SNAG_ALWAYS_INLINE void set_value_at_thread_exit(R& value) {
    this->state().set_value(std::addressof(value), detail::ReadyWhen::at_thread_exit);
  }
};

/// std::promise without a value.
template <>
class promise<void> : public detail::PromiseBase<void> {
 public:
  using PromiseBase::PromiseBase;
  promise() = default;
  promise(promise&&) noexcept = default;
  SNAG_ALWAYS_INLINE promise& operator=(promise&&) noexcept = default;
  SNAG_ALWAYS_INLINE ~promise() = default;
  void swap(promise& other) noexcept { state_.swap(other.state_); }
  friend void swap(promise& one, promise& other) noexcept { one.swap(other); }

  SNAG_ALWAYS_INLINE void set_value() { state().set_value({}, detail::ReadyWhen::now); }
  SNAG_ALWAYS_INLINE void set_value_at_thread_exit() { state().set_value({}, detail::ReadyWhen::at_thread_exit); }
};

}  // namespace snag

template <class R, class Allocator>
struct std::uses_allocator<snag::promise<R>, Allocator> : std::true_type {};
