// What a promise, packaged_task or async shares with its futures: the result, who may compute it, and who waits for it.
// The core knows no type; FutureState<R> adds the value. A value is made before the event that publishes it and moved
// out after the event that gets it, so that the program's own constructors never run inside an event.
#pragma once

#include "harness/primitives/thread.h"

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace snag::detail {

/// What came of a computation; `after` of set_result and future_wait.
enum class FutureResult : std::uint8_t {
  value = 0,
  exception = 1,
  broken = 2,  ///< the promise is gone
  kept = 3,    ///< only of set_result: to be published when the thread ends
};

/// When a result becomes visible.
enum class ReadyWhen : std::uint8_t { now, at_thread_exit };

/// A callable that need not be copyable.
template <class Signature>
class MoveOnlyFunction;
template <class R, class... Arguments>
class MoveOnlyFunction<R(Arguments...)> {
 public:
  MoveOnlyFunction() = default;
  template <class Callable>
  explicit MoveOnlyFunction(Callable&& callable)
      : callable_(new std::decay_t<Callable>(std::forward<Callable>(callable)),
                  [](void* made) { delete static_cast<std::decay_t<Callable>*>(made); }),
        call_([](void* made, Arguments... arguments) -> R {
          if constexpr (std::is_void_v<R>)
            std::invoke(*static_cast<std::decay_t<Callable>*>(made), std::forward<Arguments>(arguments)...);
          else
            return std::invoke(*static_cast<std::decay_t<Callable>*>(made), std::forward<Arguments>(arguments)...);
        }) {}
  R operator()(Arguments... arguments) { return call_(callable_.get(), std::forward<Arguments>(arguments)...); }

 private:
  std::unique_ptr<void, void (*)(void*)> callable_{nullptr, [](void*) {}};
  R (*call_)(void*, Arguments...) = nullptr;
};

/// The part that is the same for all types of result. Held by shared pointers; the futures among these are counted.
class FutureCore : public std::enable_shared_from_this<FutureCore> {
 public:
  FutureCore();
  FutureCore(const FutureCore&) = delete;
  FutureCore& operator=(const FutureCore&) = delete;

  /// For the one future that get_future() gives out. Throws std::future_error the second time.
  void retrieve();
  /// Throws std::future_error if there is a result or one is under way; else the caller computes it.
  void claim();
  /// Stores a result: store() puts it in place. Throws std::future_error if there is a result or one is under way.
  template <class Store>
  SNAG_ALWAYS_INLINE void set(FutureResult result, ReadyWhen when, Store store) {
    set_erased(
        result, when, [](void* stores) { (*static_cast<Store*>(stores))(); }, &store, nullptr);
  }
  SNAG_ALWAYS_INLINE void set_exception(std::exception_ptr exception, ReadyWhen when) {
    set(FutureResult::exception, when, [&] { exception_ = std::move(exception); });
  }
  /// Publishes what compute() came to, now or when the thread ends.
  void publish(ReadyWhen when, const void* place);
  /// The promise goes: its futures get std::future_error, if it leaves no result.
  void drop_promise(const void* place);

  /// Waits for the result; runs a deferred function. Throws Abandoned where an abandoned execution has none.
  void wait(const void* place);
  /// Waits until a deadline.
  std::future_status try_wait(std::uint64_t deadline, const void* place);
  /// Throws what was stored instead of a value, if anything.
  void rethrow() const;

  void add_receiver() { ++receivers_; }
  /// A future goes. The last one waits for the thread of async.
  void remove_receiver(const void* place);
  void set_name(std::string_view text);

  /// async: the thread that computes the result; the last future joins it.
  void set_worker(thread worker);
  /// async: the function that the first to wait runs.
  void set_deferred(MoveOnlyFunction<void()> function);

 protected:
  FutureResult result_ = FutureResult::value;
  std::exception_ptr exception_;

 private:
  enum class Deferred : std::uint8_t { no, fresh, running, done };
  [[gnu::noinline]] void set_erased(FutureResult result, ReadyWhen when, void (*store)(void*), void* context,
                                    const void* place);
  void publish_now(const void* place);
  void run_deferred(const void* place);
  static bool is_ready(const void* self, const ControlledThread& thread);
  static bool is_ready_or_deferred(const void* self, const ControlledThread& thread);
  static bool may_enter(const void* self, const ControlledThread& thread);

  ObjectHandle handle_;
  bool retrieved_ = false;
  bool claimed_ = false;  // there is a result, or will be
  bool ready_ = false;    // futures may have it
  Deferred deferred_ = Deferred::no;
  std::uint32_t receivers_ = 0;
  MoveOnlyFunction<void()> function_;
  thread worker_;
  ThreadIndex computing_ = no_thread;
};

/// With the value.
template <class R>
class FutureState : public FutureCore {
 public:
  /// Where the value lies while it waits to be fetched: on the heap, as a pointer, or nowhere.
  using Slot =
      std::conditional_t<std::is_void_v<R>, std::monostate,
                         std::conditional_t<std::is_reference_v<R>, std::remove_reference_t<R>*, std::unique_ptr<R>>>;

  SNAG_ALWAYS_INLINE void set_value(Slot value, ReadyWhen when) {
    set(FutureResult::value, when, [&] { value_ = std::move(value); });
  }
  /// Calls and keeps what it returns or throws, for publish().
  template <class Call>
  void compute(Call&& call) {
    try {
      if constexpr (std::is_void_v<R>)
        call();
      else if constexpr (std::is_reference_v<R>)
        value_ = std::addressof(call());
      else
        value_ = std::make_unique<R>(call());
      result_ = FutureResult::value;
    } catch (const Abandoned&) { throw; } catch (const UsageError&) {
      throw;  // a mistake in using snag is not the program's business
    } catch (...) {
      exception_ = std::current_exception();
      result_ = FutureResult::exception;
    }
  }
  /// The value in place; after wait() and rethrow() only.
  Slot& value() { return value_; }

 private:
  Slot value_{};
};

/// One future's hold on a state.
template <class R>
class Receiver {
 public:
  Receiver() noexcept = default;
  explicit Receiver(std::shared_ptr<FutureState<R>> state) : state_(std::move(state)) { state_->add_receiver(); }
  Receiver(const Receiver& other) noexcept : state_(other.state_) {
    if (state_) state_->add_receiver();
  }
  Receiver(Receiver&& other) noexcept : state_(std::move(other.state_)) {}
  SNAG_ALWAYS_INLINE Receiver& operator=(Receiver&& other) noexcept {
    if (this == &other) return *this;
    release();
    state_ = std::move(other.state_);
    return *this;
  }
  SNAG_ALWAYS_INLINE Receiver& operator=(const Receiver& other) noexcept {
    if (this != &other) *this = Receiver(other);
    return *this;
  }
  SNAG_ALWAYS_INLINE ~Receiver() { release(); }

  bool valid() const noexcept { return state_ != nullptr; }
  /// The state; throws std::future_error where there is none (undefined for the standard's).
  FutureState<R>& state() const {
    if (state_ == nullptr) throw std::future_error(std::future_errc::no_state);
    return *state_;
  }

 private:
  SNAG_ALWAYS_INLINE void release() {
    if (state_ == nullptr) return;
    state_->remove_receiver(nullptr);
    state_.reset();
  }
  std::shared_ptr<FutureState<R>> state_;
};

}  // namespace snag::detail
