// Stop tokens: std::stop_token, stop_source and stop_callback under the controlled scheduler. Callbacks run
// on the thread that requests the stop, as the standard has it.
#pragma once

#include "harness/execution/execution.h"

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace snag {

namespace detail {

/// One callback registered with a stop state.
struct StopCallback {
  void (*invoke)(StopCallback& self) = nullptr;
  bool running = false;       ///< called now, by `runner`
  bool* destroyed = nullptr;  ///< set while running: tells the caller that the callback destroyed itself
  ThreadIndex runner = no_thread;
};

/// What sources, tokens and callbacks share.
class StopState {
 public:
  StopState();
  ~StopState();
  StopState(const StopState&) = delete;
  StopState& operator=(const StopState&) = delete;
  bool request(const void* place);
  bool requested(const void* place) const;
  /// The same for effects of other operations: no event.
  bool is_requested() const { return requested_; }
  /// Registers; false when stop was requested before (the caller then runs it at once).
  bool add(StopCallback& callback, const void* place);
  /// Unregisters; waits until it has run if another thread runs it now.
  void remove(StopCallback& callback, const void* place);

  unsigned sources = 0;  ///< stop_source objects alive

 private:
  static void run(StopCallback& callback, ThreadIndex runner);

  ObjectHandle handle_;
  bool requested_ = false;
  std::vector<StopCallback*> callbacks_;
};

}  // namespace detail

/// std::nostopstate.
struct nostopstate_t {
  explicit nostopstate_t() = default;
};
inline constexpr nostopstate_t nostopstate{};

/// std::stop_token.
class stop_token {
 public:
  stop_token() noexcept = default;
  [[nodiscard]] SNAG_ALWAYS_INLINE bool stop_requested() const {
    return state_ != nullptr && state_->requested(nullptr);
  }
  [[nodiscard]] bool stop_possible() const;
  void swap(stop_token& other) noexcept { state_.swap(other.state_); }
  friend bool operator==(const stop_token&, const stop_token&) = default;

 private:
  friend class stop_source;
  friend class condition_variable_any;
  template <class Callback>
  friend class stop_callback;
  explicit stop_token(std::shared_ptr<detail::StopState> state) : state_(std::move(state)) {}
  std::shared_ptr<detail::StopState> state_;
};

/// std::stop_source.
class stop_source {
 public:
  stop_source() : state_(std::make_shared<detail::StopState>()) { ++state_->sources; }
  explicit stop_source(nostopstate_t) noexcept {}
  stop_source(const stop_source& other) noexcept : state_(other.state_) {
    if (state_) ++state_->sources;
  }
  stop_source(stop_source&& other) noexcept : state_(std::move(other.state_)) {}
  stop_source& operator=(stop_source other) noexcept {
    swap(other);
    return *this;
  }
  ~stop_source() {
    if (state_) --state_->sources;
  }
  [[nodiscard]] stop_token get_token() const noexcept { return stop_token(state_); }
  [[nodiscard]] bool stop_possible() const noexcept { return state_ != nullptr; }
  [[nodiscard]] SNAG_ALWAYS_INLINE bool stop_requested() const {
    return state_ != nullptr && state_->requested(nullptr);
  }
  SNAG_ALWAYS_INLINE bool request_stop() { return state_ != nullptr && state_->request(nullptr); }
  void swap(stop_source& other) noexcept { state_.swap(other.state_); }
  friend bool operator==(const stop_source& one, const stop_source& other) { return one.state_ == other.state_; }

 private:
  std::shared_ptr<detail::StopState> state_;
};

/// std::stop_callback.
template <class Callback>
class stop_callback {
 public:
  using callback_type = Callback;

  template <class Given>
  SNAG_ALWAYS_INLINE stop_callback(const stop_token& token, Given&& given)
      : callback_(std::forward<Given>(given)), state_(token.state_) {
    entry_.owner = this;
    entry_.invoke = [](detail::StopCallback& self) { std::invoke(static_cast<Entry&>(self).owner->callback_); };
    if (state_ == nullptr) return;
    if (!state_->add(entry_, nullptr)) {
      state_.reset();
      std::invoke(callback_);
    }
  }
  stop_callback(const stop_callback&) = delete;
  stop_callback& operator=(const stop_callback&) = delete;
  SNAG_ALWAYS_INLINE ~stop_callback() {
    if (state_) state_->remove(entry_, nullptr);
  }

 private:
  struct Entry : detail::StopCallback {
    stop_callback* owner = nullptr;
  };
  Callback callback_;
  Entry entry_;
  std::shared_ptr<detail::StopState> state_;
};

template <class Callback>
stop_callback(stop_token, Callback) -> stop_callback<Callback>;

}  // namespace snag
