// FastTrack's rules for reads and writes, and the words of the finding.
#include "checkers/data_race.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace snag {
namespace {

Finding race(const Event& earlier, const Event& later) {
  Finding finding;
  finding.checker = "data-race";
  finding.certainty = Certainty::happened;
  finding.step = later.step;
  finding.threads = {earlier.thread, later.thread};
  finding.objects = {later.operation.object};
  finding.steps = {earlier.step, later.step};
  const auto verb = [](const Event& event) {
    return event.operation.kind == OperationKind::write ? " wrote " : " read ";
  };
  finding.sentence << ThreadRef{earlier.thread} << verb(earlier) << ObjectRef{later.operation.object} << " at "
                   << PlaceRef{earlier.step} << " and " << ThreadRef{later.thread} << verb(later) << "it at "
                   << PlaceRef{later.step} << " with nothing ordering the two";
  finding.hint << "Order every pair of accesses of which one writes: keep the same lock over both, make "
               << ObjectRef{later.operation.object}
               << " atomic, or hand it over with a join, a condition variable or a semaphore.";
  return finding;
}

constexpr Interest interest_of_data_race{
    .done = {OperationKind::read, OperationKind::write}, .waiting = {}, .ends = Interest::Ends::none};

}  // namespace

DataRace::DataRace() : Checker(interest_of_data_race) {}

void DataRace::begin() {
  ++execution_;
  reported_.clear();
}

void DataRace::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (event.phase != Phase::done) return;
  if (event.operation.kind == OperationKind::read) read(of(event.operation.object), event, seen, findings);
  if (event.operation.kind == OperationKind::write) write(of(event.operation.object), event, seen, findings);
}

void DataRace::finish(const Outcome&, const Observation&, Findings&) {}

DataRace::Variable& DataRace::of(ObjectIndex object) {
  if (object >= variables_.size()) variables_.resize(object + std::size_t{1});
  Variable& variable = variables_[object];
  if (variable.execution != execution_) {
    variable.execution = execution_;
    variable.written = {};
    variable.reads.clear();
  }
  return variable;
}

void DataRace::read(Variable& variable, const Event& event, const Observation& seen, Findings& findings) {
  check(variable.written, event, seen, findings);
  const Access access{seen.clocks(event).epoch(event.thread), event.step};
  std::vector<Access>& reads = variable.reads;
  if (reads.size() == 1 && seen.clocks(event).ordered(reads[0].epoch, event.thread)) {
    reads[0] = access;
    return;
  }
  const auto mine =
      std::find_if(reads.begin(), reads.end(), [&](const Access& one) { return one.epoch.thread == event.thread; });
  if (mine == reads.end())
    reads.push_back(access);
  else
    *mine = access;
}

void DataRace::write(Variable& variable, const Event& event, const Observation& seen, Findings& findings) {
  check(variable.written, event, seen, findings);
  for (const Access& one : variable.reads) check(one, event, seen, findings);
  variable.written = {seen.clocks(event).epoch(event.thread), event.step};
  variable.reads.clear();
}

void DataRace::check(const Access& earlier, const Event& event, const Observation& seen, Findings& findings) {
  if (earlier.epoch.count == 0 || seen.clocks(event).ordered(earlier.epoch, event.thread)) return;
  const Event& other = seen.trace.events[earlier.step];
  Reported pair{event.operation.object, {other.operation.place, event.operation.place}};
  if (std::less<const void*>()(pair.places[1], pair.places[0])) std::swap(pair.places[0], pair.places[1]);
  const auto same = [&](const Reported& one) {
    return one.object == pair.object && one.places[0] == pair.places[0] && one.places[1] == pair.places[1];
  };
  if (std::any_of(reported_.begin(), reported_.end(), same)) return;
  reported_.push_back(pair);
  findings.push_back(race(other, event));
}

}  // namespace snag
