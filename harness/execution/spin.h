// Tells a thread that spins: one whose last operations repeat the ones before exactly, places and values
// included. Such a thread can only go on the same way until another thread changes something, so the
// execution holds it back until another has run. Cycles that write need more repeats, since a bounded loop
// may well do the same few writes twice.
#pragma once

#include "harness/trace/trace.h"

#include <array>
#include <cstdint>

namespace snag {

/// Follows one thread's events. The idea: look up when the same event occurred last; the distance is a
/// period, and a period that holds for a whole round (eight, if the round writes) is a spin.
class SpinDetector {
 public:
  /// Forgets everything.
  void begin() {
    count_ = 0;
    period_ = 0;
    seen_ = 0;
  }

  /// Takes in the thread's next event; true when the thread now repeats itself.
  bool observe(const Event& event) {
    const std::uint64_t hash = hash_of(event);
    const std::size_t slot = hash >> 60;
    ++count_;
    const bool known = (seen_ & (1U << slot)) != 0 && hashes_[slot] == hash;
    const std::uint32_t distance = count_ - counts_[slot];
    hashes_[slot] = hash;
    counts_[slot] = count_;
    seen_ |= 1U << slot;
    if (!known) {
      period_ = 0;
      return false;
    }
    if (distance != period_) {
      period_ = distance;
      matched_ = 0;
      writes_ = false;
    }
    ++matched_;
    writes_ = writes_ || changes(event);
    return matched_ >= (writes_ ? rounds_of_writing * period_ : period_);
  }

  /// Length of the cycle in events, 0 when there is none; how many events have repeated so far.
  std::uint32_t period() const { return period_; }
  std::uint32_t matched() const { return period_ == 0 ? 0 : matched_; }

 private:
  static constexpr std::uint32_t rounds_of_writing = 8;

  static bool changes(const Event& event) {
    switch (event.operation.kind) {
      case OperationKind::read:
      case OperationKind::load:
      case OperationKind::yield:
      case OperationKind::sleep:
      case OperationKind::read_clock:
      case OperationKind::fence:
      case OperationKind::stop_requested:
      case OperationKind::latch_try_wait: return false;
      case OperationKind::try_lock:
      case OperationKind::try_acquire:
      case OperationKind::compare_exchange: return event.success;
      default: return true;
    }
  }

  static std::uint64_t hash_of(const Event& event) {
    const Operation& operation = event.operation;
    const bool timeless = operation.kind == OperationKind::sleep || operation.kind == OperationKind::read_clock;
    const std::uint64_t values = timeless ? 0 : event.before * 0x9E3779B97F4A7C15U + (event.after ^ (event.after << 31));
    std::uint64_t hash = (std::uint64_t{operation.object} << 16) + (std::uint64_t{event.success} << 8) +
                         static_cast<std::uint64_t>(operation.kind);
    hash ^= reinterpret_cast<std::uintptr_t>(operation.place) + values;
    hash *= 0xD6E8FEB86659FD93U;
    hash ^= hash >> 32;
    return hash * 0xD6E8FEB86659FD93U;
  }

  std::array<std::uint64_t, 16> hashes_{};
  std::array<std::uint32_t, 16> counts_{};
  std::uint32_t count_ = 0;
  std::uint32_t period_ = 0;
  std::uint32_t matched_ = 0;
  std::uint32_t seen_ = 0;
  bool writes_ = false;
};

}  // namespace snag
