// Tells a thread that spins: one whose last operations repeat the ones before exactly, places and values
// included. Such a thread can only go on the same way until another thread changes something, so the
// execution holds it back until another has run. Cycles that write need more repeats, since a bounded loop
// may well do the same few writes twice.
#pragma once

#include "harness/trace/dependence.h"
#include "harness/trace/operation_kinds.h"
#include "harness/trace/trace.h"

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace snag {

/// Follows one thread's events. A period is guessed from the last four events, or for longer cycles from an anchor
/// set every sixteen; a period that holds for a whole round (eight, if the round writes) is a spin. Hashes are only
/// compared, never ordered or indexed by: they hold addresses, which differ from process to process.
class SpinDetector {
 public:
  /// What is asked of it.
  enum class Question : std::uint8_t {
    repeats,     ///< whether the thread repeats itself; then looks_only() is not to be asked
    looks_only,  ///< that, too
  };

  /// Forgets everything.
  void begin(Question question) {
    question_ = question;
    put_off_max_ = question == Question::repeats ? rounds_of_writing : 0;
    put_off_ = count_ = period_ = matched_ = anchor_ = 0;
    writes_ = alters_ = left_ = false;
  }

  /// Puts off the thread's next event, if the answer to it is no whatever came before: while a thread has done nothing but
  /// write it has repeated itself often enough after nine events, at the soonest. Few threads of short executions ever
  /// come to more. False: it is to be observed, after catch_up().
  bool put_off(const Event& event) {
    if (put_off_ >= put_off_max_ || !event.success || may_look.contains(event.operation.kind)) return false;
    steps_put_off_[put_off_++] = event.step;
    return true;
  }
  /// Takes in what has been put off. From then on nothing is.
  void catch_up(const std::vector<Event>& events) {
    const std::uint32_t count = put_off_;
    put_off_ = put_off_max_ = 0;
    for (std::uint32_t i = 0; i < count; ++i) observe(events[steps_put_off_[i]]);
  }

  /// Takes in the thread's next event; true when the thread now repeats itself.
  bool observe(const Event& event) {
    const std::uint64_t operation = hash_of(event.operation);
    const std::uint64_t hash = operation + hash_of_values(event);
    left_ = false;
    if (period_ == 0) [[likely]] {
      // Hardly ever is an event one of the last: a look at all of them together, without a branch for each.
      const auto same = [&](std::uint32_t index) { return at(index).event == hash ? 1U : 0U; };
      if ((same(count_ - 1) | same(count_ - 2) | same(count_ - 3) | same(count_ - 4) | same(anchor_)) != 0) [[unlikely]]
        start_cycle(hash);
    } else if (at(count_ - period_).event == hash) {
      ++matched_;
    } else {
      left_ = at(count_ - period_).operation != operation;
      start_cycle(hash);
    }
    at(count_) = {hash, operation};
    if (count_ % anchor_distance == 0) anchor_ = count_;
    ++count_;
    if (period_ == 0) return false;
    writes_ = writes_ || changes(event);
    if (question_ == Question::looks_only) alters_ = alters_ || effect_of(event) == Effect::change;
    return matched_ >= (writes_ ? rounds_of_writing * period_ : period_);
  }

  /// Whether the operation is the one that would go on with the cycle.
  bool expects(const Operation& operation) const {
    return period_ != 0 && at(count_ - period_).operation == hash_of(operation);
  }
  /// Whether the last event ended a cycle although nothing had changed: the thread went on to something else.
  bool left() const { return left_; }
  /// Length of the cycle in events, 0 when there is none; how many events have repeated so far; whether it writes.
  std::uint32_t period() const { return period_; }
  std::uint32_t matched() const { return period_ == 0 ? 0 : matched_; }
  bool writes() const { return writes_; }
  /// Whether a whole round has repeated, and left everything as it was (locks that were taken were given back). Only if
  /// begun with that question.
  bool looks_only() const { return period_ != 0 && matched_ >= period_ && !alters_; }

 private:
  static constexpr std::uint32_t rounds_of_writing = 8;

  // The kinds of which an event may have changed nothing although it went well; the others, see changes().
  static constexpr OperationKinds may_look{OperationKind::read,           OperationKind::load,
                                           OperationKind::yield,          OperationKind::sleep,
                                           OperationKind::read_clock,     OperationKind::fence,
                                           OperationKind::stop_requested, OperationKind::is_alive,
                                           OperationKind::count_threads,  OperationKind::future_try_wait,
                                           OperationKind::event_is_set,   OperationKind::event_wait,
                                           OperationKind::queue_size,     OperationKind::is_locked,
                                           OperationKind::barrier_state,  OperationKind::latch_try_wait,
                                           OperationKind::atomic_wait};

  static bool changes(const Event& event) {
    if (may_look.contains(event.operation.kind))
      return event.operation.kind == OperationKind::atomic_wait && !event.success;  // else it only looked
    switch (event.operation.kind) {
      case OperationKind::try_lock:
      case OperationKind::try_lock_shared:
      case OperationKind::try_acquire:
      case OperationKind::try_put:
      case OperationKind::try_get:
      case OperationKind::event_resume:
      case OperationKind::join:
      case OperationKind::compare_exchange: return event.success;
      default: return true;
    }
  }

  static std::uint64_t hash_of(const Operation& operation) {
    const std::uint64_t what = (std::uint64_t{operation.object} << 16) + static_cast<std::uint64_t>(operation.kind);
    return what + reinterpret_cast<std::uintptr_t>(operation.place) * 0x9E3779B97F4A7C15U;
  }

  // Of what an event saw and did; the clock's time does not count, it always differs.
  static std::uint64_t hash_of_values(const Event& event) {
    const OperationKind kind = event.operation.kind;
    if (kind == OperationKind::sleep || kind == OperationKind::read_clock) return 0;
    const std::uint64_t values = event.before + std::rotl(event.after, 23) + (event.success ? 1U : 0U);
    return std::rotl(values * 0xD6E8FEB86659FD93U, 31);
  }

  static constexpr std::uint32_t anchor_distance = 16;

  struct Seen {
    std::uint64_t event;      // with its values
    std::uint64_t operation;  // without
  };
  Seen& at(std::uint32_t index) { return ring_[index % ring_.size()]; }
  const Seen& at(std::uint32_t index) const { return ring_[index % ring_.size()]; }

  void start_cycle(std::uint64_t hash) {
    period_ = guess_period(hash);
    matched_ = 1;
    writes_ = alters_ = false;
  }

  std::uint32_t guess_period(std::uint64_t hash) {
    for (std::uint32_t period = 1; period <= 4 && period <= count_; ++period)
      if (at(count_ - period).event == hash) return period;
    return anchor_ < count_ && at(anchor_).event == hash ? count_ - anchor_ : 0;
  }

  std::array<Seen, 32> ring_{};  // of the last events; entries at and beyond count_ mean nothing
  std::array<Step, rounds_of_writing> steps_put_off_{};
  std::uint32_t put_off_max_ = 0;
  std::uint32_t put_off_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t period_ = 0;
  std::uint32_t matched_ = 0;
  std::uint32_t anchor_ = 0;
  Question question_ = Question::repeats;
  bool writes_ = false;
  bool alters_ = false;
  bool left_ = false;
};

}  // namespace snag
