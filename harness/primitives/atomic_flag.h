// snag::atomic_flag: std::atomic_flag under the controlled scheduler (see atomic_access.h).
#pragma once

#include "harness/primitives/atomic_access.h"

#include <atomic>
#include <string_view>

namespace snag {

/// std::atomic_flag.
class atomic_flag {
 public:
  atomic_flag() : atomic_flag(false) {}
  /// For ATOMIC_FLAG_INIT.
  explicit(false) atomic_flag(bool initial)
      : value_(initial),
        handle_(Execution::require("snag::atomic_flag").create_object(ObjectKind::atomic, ValueKind::boolean)) {}
  /// A finding while threads wait on it.
  SNAG_ALWAYS_INLINE ~atomic_flag() {
    if (!waiters_.empty()) detail::destroy_waited_for(handle_, waiters_);
  }
  atomic_flag(const atomic_flag&) = delete;
  atomic_flag& operator=(const atomic_flag&) = delete;

  SNAG_ALWAYS_INLINE bool test(std::memory_order order = std::memory_order_seq_cst) const {
    return access().load(order);
  }
  SNAG_ALWAYS_INLINE bool test_and_set(std::memory_order order = std::memory_order_seq_cst) {
    return access().modify(order, [](bool) { return true; });
  }
  SNAG_ALWAYS_INLINE void clear(std::memory_order order = std::memory_order_seq_cst) { access().store(false, order); }

  /// As atomic<bool>::wait.
  SNAG_ALWAYS_INLINE void wait(bool old, std::memory_order order = std::memory_order_seq_cst) const {
    access().wait(old, order);
  }
  SNAG_ALWAYS_INLINE void notify_one() { access().notify_one(); }
  SNAG_ALWAYS_INLINE void notify_all() { access().notify_all(); }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

 private:
  SNAG_ALWAYS_INLINE detail::AtomicAccess<bool> access() const {
    return {const_cast<bool&>(value_), handle_, waiters_};  // only those that are not constant write to it
  }

  bool value_;
  ObjectHandle handle_;
  mutable detail::WaitQueue waiters_;
};

}  // namespace snag
