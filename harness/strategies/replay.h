// Replays a schedule choice for choice, and says where it no longer fits. After its end, or for a prefix only,
// another strategy can take over.
#pragma once

#include "harness/strategies/strategy.h"

#include <optional>
#include <string>
#include <vector>

namespace snag {

/// A thread that could have gone on where a replay parted, and what it would have done.
struct Offer {
  ThreadIndex thread;
  Operation operation;
};

/// Where a replay parted from its recording.
struct Divergence {
  std::size_t choice;               ///< number of the choice, from 0
  Step step;                        ///< events before it
  std::string what;                 ///< what was expected and what was met, in words that need no trace
  std::vector<Offer> offered = {};  ///< which threads could go; empty where a value was asked for, or nothing
};

/// How closely a choice is compared before it is taken.
enum class Comparison : std::uint8_t {
  full,    ///< Choice::check whole
  letter,  ///< Choice::check modulo the letters of a token
};

/// Answers from a schedule.
class ReplayStrategy : public Strategy {
 public:
  /// after answers what comes after the schedule's end; without it, being asked more is a divergence.
  explicit ReplayStrategy(const Schedule& schedule, Comparison comparison = Comparison::full, Strategy* after = nullptr)
      : schedule_(schedule), comparison_(comparison), after_(after) {}

  /// Choices that such a scheduler would not make are a divergence: it was another one that they were recorded under.
  void keep_to(const Scheduling& scheduling) { scheduling_ = scheduling; }

  bool begin(std::uint64_t number) override;
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override;
  void end(const Schedule& schedule, Step points) override;

  /// Set when the execution asked for something else than was recorded, or ended before the recording did.
  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  bool allowed(const ThreadDecision& decision, std::size_t option) const;
  bool fits(const Choice& expected, Choice::Kind kind, std::uint32_t options, std::uint32_t check) const;

  const Schedule& schedule_;
  Comparison comparison_;
  Strategy* after_;
  std::optional<Scheduling> scheduling_;
  std::size_t next_ = 0;
  std::optional<Divergence> divergence_;
};

}  // namespace snag
