#include "harness/trace/panel.h"

#include <bit>
#include <cassert>

namespace snag {

namespace {

template <class Function>
void for_each(std::uint64_t set, Function function) {
  for (; set != 0; set &= set - 1) function(static_cast<std::size_t>(std::countr_zero(set)));
}

}  // namespace

void Panel::begin(std::span<const std::unique_ptr<Checker>> checkers, Interest::Executions executions) {
  if (executions != executions_ || !is_seated(checkers)) [[unlikely]] {
    executions_ = executions;
    seat(checkers);
  }
  awake_ = begun_ = 0;
}

bool Panel::is_seated(std::span<const std::unique_ptr<Checker>> checkers) const {
  if (checkers.size() != seats_.size()) return false;
  for (std::size_t i = 0; i < seats_.size(); ++i)
    if (seats_[i] != Seat{checkers[i].get(), &checkers[i]->interest()}) return false;
  return true;
}

void Panel::seat(std::span<const std::unique_ptr<Checker>> checkers) {
  assert(checkers.size() <= checkers_max);
  seats_.clear();
  rows_.fill({});
  wakes_with_.fill(0);
  ends_seen_ = ends_deadlocks_ = 0;
  for (const auto& checker : checkers) {
    const Set self = Set{1} << seats_.size();
    const Interest& interest = checker->interest();
    seats_.push_back({checker.get(), &interest});
    if (interest.executions == Interest::Executions::scheduled && executions_ != interest.executions) continue;
    for (std::size_t i = 0; i < OperationKinds::size; ++i) {
      const auto kind = static_cast<OperationKind>(i);
      Row& done = rows_[i];
      Row& waiting = rows_[i + OperationKinds::size];
      const auto wanted = interest.routine == Interest::Routine::shown ? &Row::always : &Row::but_routine;
      if (interest.done.contains(kind)) done.*wanted |= self;
      if (interest.waiting.contains(kind)) waiting.*wanted |= self;
      if (interest.done_awake.contains(kind)) done.awake |= self;
      if (interest.waiting_awake.contains(kind)) waiting.awake |= self;
      if (interest.wakes.contains(kind)) done.wakes |= self;
    }
    if (interest.wakes_with) wakes_with_[static_cast<std::size_t>(*interest.wakes_with)] |= self;
    if (interest.ends == Interest::Ends::seen) ends_seen_ |= self;
    if (interest.ends == Interest::Ends::deadlocks) ends_deadlocks_ |= self;
  }
}

void Panel::show(const Event& event, const Observation& seen, Findings& findings) {
  const Row& row = rows_[row_of(event)];
  const Set those = concerned(row, event);
  awake_ |= row.wakes & those;
  for_each(those & ~begun_, [&](std::size_t i) { seats_[i].checker->begin(); });
  begun_ |= those;
  for_each(those, [&](std::size_t i) { seats_[i].checker->observe(event, seen, findings); });
}

void Panel::finish(const Outcome& outcome, const Observation& seen, Findings& findings) {
  Set concerned = ends_seen_ & begun_;
  if (outcome.verdict == Verdict::deadlock) concerned |= ends_deadlocks_;
  for_each(concerned & ~begun_, [&](std::size_t i) { seats_[i].checker->begin(); });
  for_each(concerned, [&](std::size_t i) { seats_[i].checker->finish(outcome, seen, findings); });
}

}  // namespace snag
