// snag::latch and snag::barrier: the standard's under the controlled scheduler.
#pragma once

#include "harness/execution/execution.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace snag {

/// std::latch.
class latch {
 public:
  explicit latch(std::ptrdiff_t expected);
  ~latch();
  latch(const latch&) = delete;
  latch& operator=(const latch&) = delete;
  static constexpr std::ptrdiff_t max() noexcept { return std::numeric_limits<std::ptrdiff_t>::max(); }

  void count_down(std::ptrdiff_t update = 1);
  bool try_wait() const;
  void wait() const;
  void arrive_and_wait(std::ptrdiff_t update = 1);
  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  void count_down_at(std::ptrdiff_t update, const void* place);
  void wait_at(const void* place) const;
  static bool is_open(const void* self, const ControlledThread& thread);
  ObjectHandle handle_;
  std::ptrdiff_t count_;
};

namespace detail {

/// What all barriers are, whatever their completion function.
class BarrierCore {
 public:
  explicit BarrierCore(std::ptrdiff_t expected);
  ~BarrierCore();
  BarrierCore(const BarrierCore&) = delete;
  BarrierCore& operator=(const BarrierCore&) = delete;

  /// Arrives; complete(context), if any, is called by the last to arrive, before anybody may leave; an event of its
  /// own (arrive, argument 0) then ends the phase. Returns the phase arrived at.
  std::uint64_t arrive(OperationKind kind, std::ptrdiff_t update, void (*complete)(void*), void* context,
                       const void* place);
  void wait(std::uint64_t phase, const void* place) const;
  void set_name(std::string_view text);

 private:
  struct Phase {
    const BarrierCore* barrier;
    std::uint64_t number;
  };
  static bool is_complete(const void* phase, const ControlledThread& thread);
  ObjectHandle handle_;
  std::ptrdiff_t expected_;  // of each phase from now on
  std::ptrdiff_t missing_;   // in this phase
  std::uint64_t phase_ = 0;
};

/// The default completion function.
struct NoCompletion {
  void operator()() const noexcept {}
};

}  // namespace detail

/// std::barrier.
template <class Completion = detail::NoCompletion>
class barrier {
 public:
  /// The phase arrived at: what wait() waits for.
  class arrival_token {
   public:
    arrival_token(arrival_token&&) noexcept = default;
    arrival_token& operator=(arrival_token&&) noexcept = default;

   private:
    friend class barrier;
    explicit arrival_token(std::uint64_t phase) : phase_(phase) {}
    std::uint64_t phase_;
  };

  explicit barrier(std::ptrdiff_t expected, Completion completion = Completion())
      : core_(expected), completion_(std::move(completion)) {}
  static constexpr std::ptrdiff_t max() noexcept { return std::numeric_limits<std::ptrdiff_t>::max(); }

  [[nodiscard]] SNAG_ALWAYS_INLINE arrival_token arrive(std::ptrdiff_t update = 1) {
    return arrival_token(core_.arrive(OperationKind::arrive, update, complete, this, nullptr));
  }
  SNAG_ALWAYS_INLINE void wait(arrival_token&& arrival) const { core_.wait(arrival.phase_, nullptr); }
  SNAG_ALWAYS_INLINE void arrive_and_wait() {
    core_.wait(core_.arrive(OperationKind::arrive, 1, complete, this, nullptr), nullptr);
  }
  SNAG_ALWAYS_INLINE void arrive_and_drop() {
    core_.arrive(OperationKind::arrive_and_drop, 1, complete, this, nullptr);
  }
  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { core_.set_name(text); }

 private:
  static void call_completion(void* self) { static_cast<barrier*>(self)->completion_(); }
  static constexpr void (*complete)(void*) = std::is_same_v<Completion, detail::NoCompletion> ? nullptr
                                                                                              : &call_completion;
  detail::BarrierCore core_;
  Completion completion_;
};

}  // namespace snag
