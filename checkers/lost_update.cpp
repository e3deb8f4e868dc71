// What counts as a read, a write or both, and the words of the finding.
#include "checkers/lost_update.h"

#include <algorithm>

namespace snag {
namespace {

enum class Effect : std::uint8_t { none, reads, writes, reads_and_writes };

Effect effect_of(const Event& event) {
  if (event.phase != Phase::done) return Effect::none;
  switch (event.operation.kind) {
    case OperationKind::read:
    case OperationKind::load: return Effect::reads;
    case OperationKind::write:
    case OperationKind::store: return Effect::writes;
    case OperationKind::read_modify_write: return Effect::reads_and_writes;
    case OperationKind::compare_exchange: return event.success ? Effect::reads_and_writes : Effect::reads;
    default: return Effect::none;
  }
}

void put_candidate_into_words(Finding& finding, const Trace& trace) {
  const Event& read = trace.events[finding.steps[0]];
  const Event& change = trace.events[finding.steps[1]];
  const Event& write = trace.events[finding.steps[2]];
  const ObjectIndex object = write.operation.object;
  finding.sentence << ThreadRef{write.thread} << " overwrote " << ObjectRef{object} << " = "
                   << ValueRef{object, write.before} << ", which " << ThreadRef{change.thread} << " had written at "
                   << PlaceRef{change.step} << ", with " << ValueRef{object, write.after} << " at "
                   << PlaceRef{write.step} << ", computed from the " << ValueRef{object, read.before}
                   << " that it had read before at " << PlaceRef{read.step};
  finding.hint << "Make reading and writing " << ObjectRef{object}
               << " one step: keep one lock over both, or, if it is atomic, use fetch_add, another "
                  "read-modify-write or a compare-exchange loop.";
}

Finding candidate(const Event& read, const Event& change, const Event& write) {
  const ObjectIndex object = write.operation.object;
  Finding finding;
  finding.checker = "lost-update";
  finding.certainty = Certainty::candidate;
  finding.step = write.step;
  finding.threads = {write.thread, change.thread};
  finding.objects = {object};
  finding.steps = {read.step, change.step, write.step};
  finding.words = &put_candidate_into_words;
  return finding;
}

constexpr Interest interest_of_lost_update{
    .done = {OperationKind::read, OperationKind::load, OperationKind::write, OperationKind::store,
             OperationKind::read_modify_write, OperationKind::compare_exchange},
    .waiting = {},
    .ends = Interest::Ends::none};

}  // namespace

LostUpdate::LostUpdate() : Checker(interest_of_lost_update) {}

void LostUpdate::begin() {
  ++execution_;
  reported_.clear();
}

void LostUpdate::observe(const Event& event, const Observation& seen, Findings& findings) {
  const Effect effect = effect_of(event);
  if (effect == Effect::none) return;
  Object& object = of(event.operation.object);
  auto read = std::find_if(object.reads.begin(), object.reads.end(),
                           [&](const Read& one) { return one.thread == event.thread; });
  if (read == object.reads.end()) {
    object.reads.push_back({event.thread, no_step, 0});
    read = object.reads.end() - 1;
  }
  if (effect == Effect::reads) {
    *read = {event.thread, event.step, event.before};
    return;
  }
  if (effect == Effect::writes) check(object, *read, event, seen, findings);
  read->step = no_step;
  if (event.before != event.after) object.changed = event.step;
}

void LostUpdate::finish(const Outcome&, const Observation&, Findings&) {}

LostUpdate::Object& LostUpdate::of(ObjectIndex object) {
  if (object >= objects_.size()) objects_.resize(object + std::size_t{1});
  Object& known = objects_[object];
  if (known.execution != execution_) {
    known.execution = execution_;
    known.changed = no_step;
    known.reads.clear();
  }
  return known;
}

// The thread has written nothing since its read, so a change after the read is another thread's.
void LostUpdate::check(const Object& object, const Read& read, const Event& event, const Observation& seen,
                       Findings& findings) {
  if (read.step == no_step || object.changed == no_step || object.changed < read.step) return;
  if (event.before == read.value) return;
  const std::vector<Event>& events = seen.trace.events;
  const auto place = [&](Step step) { return events[step].operation.place; };
  const Reported triple{event.operation.object, {place(read.step), place(object.changed), event.operation.place}};
  if (std::find(reported_.begin(), reported_.end(), triple) != reported_.end()) return;
  reported_.push_back(triple);
  findings.push_back(candidate(events[read.step], events[object.changed], event));
}

}  // namespace snag
