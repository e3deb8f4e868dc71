// The checkers of one execution after another, and which of them is to be shown which event: a table by kind of
// operation, so that an event that concerns nobody costs a look at it.
#pragma once

#include "harness/trace/checker.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace snag {

/// Sees to it that each checker is begun before it is shown anything.
class Panel {
 public:
  static constexpr std::size_t checkers_max = 64;

  /// An execution begins. At most checkers_max checkers, which are to live until the next begin.
  void begin(std::span<const std::unique_ptr<Checker>> checkers, Interest::Executions executions);
  bool empty() const { return seats_.empty(); }
  /// Whether the event concerns anybody.
  bool is_concerned(const Event& event) const {
    const Row& row = rows_[row_of(event)];
    return concerned(row, event) != 0;
  }
  /// Shows it to those whom it concerns, in their order.
  void show(const Event& event, const Observation& seen, Findings& findings);
  /// An object was created.
  void meet(ObjectKind kind) { awake_ |= wakes_with_[static_cast<std::size_t>(kind)]; }
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings);

 private:
  using Set = std::uint64_t;  // of checkers: one bit each
  struct Row {
    Set always = 0;       // those who want such events at any rate
    Set but_routine = 0;  // unless they are routine
    Set awake = 0;        // if they are awake
    Set wakes = 0;        // those whom it wakes
  };
  Set concerned(const Row& row, const Event& event) const {
    return row.always | (row.awake & awake_) | (event.routine ? 0 : row.but_routine);
  }
  struct Seat {
    Checker* checker;
    const Interest* interest;
    bool operator==(const Seat&) const = default;
  };
  static std::size_t row_of(const Event& event) {
    const auto kind = static_cast<std::size_t>(event.operation.kind);
    return event.phase == Phase::done ? kind : kind + OperationKinds::size;
  }
  bool is_seated(std::span<const std::unique_ptr<Checker>> checkers) const;
  void seat(std::span<const std::unique_ptr<Checker>> checkers);

  std::vector<Seat> seats_;
  Interest::Executions executions_ = Interest::Executions::all;
  std::array<Row, 2 * OperationKinds::size> rows_{};
  std::array<Set, 256> wakes_with_{};  // by ObjectKind
  Set ends_seen_ = 0;
  Set ends_deadlocks_ = 0;
  Set awake_ = 0;
  Set begun_ = 0;
};

}  // namespace snag
