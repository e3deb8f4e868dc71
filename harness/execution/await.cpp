#include "harness/execution/await.h"

#include "harness/trace/dependence.h"

#include <algorithm>
#include <array>

namespace snag {

namespace {

// Whether events of the kind are scheduling points. (A join may be none, but nobody joins in rounds.)
bool is_scheduling_point(OperationKind kind) {
  switch (kind) {
    case OperationKind::spawn:
    case OperationKind::begin:
    case OperationKind::end:
    case OperationKind::detach:
    case OperationKind::choose:
    case OperationKind::check:
    case OperationKind::destroy:
    case OperationKind::notify_unlocked: return false;
    default: return true;
  }
}

// From the last event back to the first; false when there are too many.
bool add_places(Await& await, std::array<Step, Await::places_max>& looked, const Event& event) {
  for (const Access& access : accesses_of(event.operation)) {
    const auto end = await.places.begin() + await.count;
    if (std::find(await.places.begin(), end, access.place) != end) continue;
    if (await.count == Await::places_max) return false;
    looked[await.count] = event.step;
    await.places[await.count++] = access.place;
  }
  return true;
}

bool takes_lock(OperationKind kind) { return kind == OperationKind::lock || kind == OperationKind::lock_shared; }

}  // namespace

std::optional<FoundAwait> find_await(const Trace& trace, ThreadIndex thread, std::uint32_t period,
                                     const Operation& next) {
  FoundAwait found{{thread, static_cast<Step>(trace.events.size())}, false};
  Await& await = found.await;
  std::array<Step, Await::places_max> looked{};
  bool resumes = false;
  bool locks = false;
  bool visible = false;
  std::size_t begin = trace.events.size();
  for (std::uint32_t left = period; left > 0 && begin > 0;) {
    const Event& event = trace.events[--begin];
    if (event.thread != thread || event.phase != Phase::done || !is_scheduling_point(event.operation.kind)) continue;
    --left;
    resumes = resumes || event.operation.kind == OperationKind::resume;
    locks = locks || takes_lock(event.operation.kind);
    const Accesses accesses = accesses_of(event.operation);
    visible = visible || !accesses.empty();
    if (effect_of(event) == Effect::none && !add_places(await, looked, event)) return std::nullopt;
  }
  if (await.count == 0 && visible) {
    // It only takes locks and gives them back: what they protect is not under watch.
    for (std::size_t i = trace.events.size(); i-- > begin;) {
      const Event& event = trace.events[i];
      if (event.thread == thread && event.phase == Phase::done && effect_of(event) == Effect::passing &&
          !add_places(await, looked, event))
        return std::nullopt;
    }
  }
  if (resumes ? next.kind != OperationKind::resume
      : locks ? !takes_lock(next.kind)
              : visible && accesses_of(next).empty())
    return std::nullopt;
  for (std::size_t i = begin; i < trace.events.size() && !found.changed; ++i) {
    const Event& event = trace.events[i];
    if (event.thread == thread || event.phase != Phase::done) continue;
    for (std::uint8_t place = 0; place < await.count; ++place)
      if (event.step > looked[place] && changes(event, await.places[place])) found.changed = true;
  }
  return found;
}

bool ends_await(const Await& await, const Event& event) {
  if (await.count == 0) return true;
  return std::any_of(await.places.begin(), await.places.begin() + await.count,
                     [&](ObjectIndex place) { return changes(event, place); });
}

}  // namespace snag
