// snag::packaged_task and async: the standard's under the controlled scheduler. Without a policy async starts a thread,
// as the standard libraries in use do. The result of an async thread becomes visible when the thread ends, after its
// ThreadLocals are gone: the standard has its whole end before the return of the wait.
#pragma once

#include "harness/primitives/future.h"
#include "harness/primitives/place.h"

#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace snag {

/// std::packaged_task.
template <class Signature>
class packaged_task;
template <class R, class... Arguments>
class packaged_task<R(Arguments...)> {
 public:
  packaged_task() noexcept = default;
  template <class Callable>
  requires(!std::same_as<std::remove_cvref_t<Callable>, packaged_task>) explicit packaged_task(Callable&& callable)
      : function_(std::forward<Callable>(callable)), state_(std::make_shared<detail::FutureState<R>>()) {
    static_assert(std::is_invocable_r_v<R, std::decay_t<Callable>&, Arguments...>,
                  "snag::packaged_task needs something that can be called as its type says");
  }
  packaged_task(packaged_task&& other) noexcept
      : function_(std::move(other.function_)), state_(std::move(other.state_)) {}
  packaged_task(const packaged_task&) = delete;
  SNAG_ALWAYS_INLINE packaged_task& operator=(packaged_task&& other) noexcept {
    if (this == &other) return *this;
    drop();
    function_ = std::move(other.function_);
    state_ = std::move(other.state_);
    return *this;
  }
  packaged_task& operator=(const packaged_task&) = delete;
  SNAG_ALWAYS_INLINE ~packaged_task() { drop(); }

  bool valid() const noexcept { return state_ != nullptr; }
  void swap(packaged_task& other) noexcept {
    std::swap(function_, other.function_);
    state_.swap(other.state_);
  }
  friend void swap(packaged_task& one, packaged_task& other) noexcept { one.swap(other); }

  future<R> get_future() {
    state().retrieve();
    return future<R>(state_);
  }
  SNAG_ALWAYS_INLINE void operator()(Arguments... arguments) {
    run(detail::ReadyWhen::now, std::forward<Arguments>(arguments)...);
  }
  SNAG_ALWAYS_INLINE void make_ready_at_thread_exit(Arguments... arguments) {
    run(detail::ReadyWhen::at_thread_exit, std::forward<Arguments>(arguments)...);
  }
  SNAG_ALWAYS_INLINE void reset() {
    state();
    auto fresh = std::make_shared<detail::FutureState<R>>();
    drop();
    state_ = std::move(fresh);
  }
  /// The name that reports show for the state that the task shares with its futures (see snag::name).
  void set_name(std::string_view text) { state().set_name(text); }

 private:
  detail::FutureState<R>& state() const {
    if (state_ == nullptr) throw std::future_error(std::future_errc::no_state);
    return *state_;
  }
  SNAG_ALWAYS_INLINE void run(detail::ReadyWhen when, Arguments... arguments) {
    state().claim();
    const std::shared_ptr<detail::FutureState<R>> kept = state_;  // the task may be destroyed by who gets the result
    kept->compute([&]() -> R { return function_(std::forward<Arguments>(arguments)...); });
    kept->publish(when, nullptr);
  }
  SNAG_ALWAYS_INLINE void drop() {
    if (state_ != nullptr) state_->drop_promise(nullptr);
  }

  detail::MoveOnlyFunction<R(Arguments...)> function_;
  std::shared_ptr<detail::FutureState<R>> state_;
};

namespace detail {

template <class Function>
struct SignatureOf;
template <class Signature>
struct SignatureOf<std::function<Signature>> {
  using type = Signature;
};

}  // namespace detail

template <class R, class... Arguments>
packaged_task(R (*)(Arguments...)) -> packaged_task<R(Arguments...)>;
template <class Callable>
packaged_task(Callable)
    -> packaged_task<typename detail::SignatureOf<decltype(std::function{std::declval<Callable>()})>::type>;

namespace detail {

/// std::async as an object, so that a call with std::launch finds it alone under `using namespace snag`.
struct Async {
  template <class Callable, class... Arguments>
  using Result = std::invoke_result_t<std::decay_t<Callable>, std::decay_t<Arguments>...>;

  template <class Callable, class... Arguments>
  [[nodiscard]] SNAG_ALWAYS_INLINE future<Result<Callable, Arguments...>> operator()(launch policy, Callable&& callable,
                                                                                     Arguments&&... arguments) const {
    using R = Result<Callable, Arguments...>;
    auto state = std::make_shared<FutureState<R>>();
    auto bound = [callable = std::decay_t<Callable>(std::forward<Callable>(callable)),
                  arguments =
                      std::tuple<std::decay_t<Arguments>...>(std::forward<Arguments>(arguments)...)]() mutable -> R {
      return std::apply(std::move(callable), std::move(arguments));
    };
    if ((policy & launch::async) == launch::async) {
      state->set_worker(thread([state, bound = std::move(bound), place = this_place()]() mutable {
        state->publish(ReadyWhen::at_thread_exit, place);  // the last thing that it does
        state->compute(bound);
      }));
    } else {
      state->set_deferred(
          MoveOnlyFunction<void()>([self = state.get(), bound = std::move(bound)]() mutable { self->compute(bound); }));
    }
    return future<R>(std::move(state));
  }
  template <class Callable, class... Arguments>
  requires(!std::same_as<std::remove_cvref_t<Callable>, launch>)
      [[nodiscard]] SNAG_ALWAYS_INLINE future<Result<Callable, Arguments...>>
      operator()(Callable&& callable, Arguments&&... arguments) const {
    return (*this)(launch::async | launch::deferred, std::forward<Callable>(callable),
                   std::forward<Arguments>(arguments)...);
  }
};

}  // namespace detail

/// std::async. Without a policy, and with both, it starts a thread. The last future of it joins that thread.
inline constexpr detail::Async async{};

}  // namespace snag
