// The choices of the execution under way, in memory that outlives the process: each is written before it is acted on, so
// that whoever looks after a crash finds all that led to it. One slot and one count are stored for each choice.
#pragma once

#include "harness/trace/schedule.h"
#include "harness/trace/token.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace snag {

/// Holds plain numbers only, and lies in memory that another process maps, too; `slots` follow it there.
class alignas(std::uint64_t) ChoiceJournal {
 public:
  static constexpr std::uint32_t never = 0xffffffff;

  explicit ChoiceJournal(std::uint32_t room) : room_(room) {}

  /// An execution begins.
  void begin(SpinRule spinning) {
    spinning_.store(spinning, std::memory_order_relaxed);
    count_.store(0, std::memory_order_relaxed);
    runs_.store(runs_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  /// A choice is about to be acted on. False: the execution is to end here.
  bool add(const Choice& choice) {
    const std::uint32_t count = count_.load(std::memory_order_relaxed);
    if (count < room_) slots()[count] = packed(choice);
    count_.store(count + 1, std::memory_order_release);
    return count + 1 != end_after_;
  }
  /// The next executions end when they have made so many choices: right before what the last of them leads to.
  void end_after(std::uint32_t choices) { end_after_ = choices; }

  /// The choices of the execution that ran last, as those of a token that has been read. Those beyond the room are lost.
  Schedule schedule() const {
    Schedule schedule;
    const std::uint32_t count = this->count();
    for (std::uint32_t i = 0; i < count && i < room_; ++i) schedule.push_back(unpacked(slots()[i]));
    return schedule;
  }
  /// The execution turns out to follow this rule.
  void follow(SpinRule spinning) { spinning_.store(spinning, std::memory_order_relaxed); }
  /// The rule of the execution that ran last.
  SpinRule spinning() const { return spinning_.load(std::memory_order_relaxed); }
  std::uint32_t count() const { return count_.load(std::memory_order_acquire); }
  std::uint32_t runs() const { return runs_.load(std::memory_order_acquire); }
  static constexpr std::size_t bytes(std::uint32_t room) {
    return sizeof(ChoiceJournal) + std::size_t{room} * sizeof(std::uint64_t);
  }

 private:
  static std::uint64_t packed(const Choice& choice) {
    return (std::uint64_t{choice.check} << 32) + (choice.kind == Choice::Kind::value ? 1ULL << 31 : 0U) + choice.chosen;
  }
  // As a token gives it when it has been read.
  static Choice unpacked(std::uint64_t slot) {
    const bool value = (slot & (1ULL << 31)) != 0;
    return {value ? Choice::Kind::value : Choice::Kind::thread, static_cast<std::uint32_t>(slot >> 32) % token_letters,
            static_cast<std::uint32_t>(slot & 0x7fffffff), 0, 0};
  }
  std::uint64_t* slots() { return reinterpret_cast<std::uint64_t*>(this + 1); }
  const std::uint64_t* slots() const { return reinterpret_cast<const std::uint64_t*>(this + 1); }

  std::atomic<std::uint32_t> count_ = 0;
  std::atomic<std::uint32_t> runs_ = 0;
  std::atomic<SpinRule> spinning_ = SpinRule::after_a_step;
  std::uint32_t end_after_ = never;
  std::uint32_t room_;
};

}  // namespace snag
