#include "checkers/overtaken.h"

#include "checkers/patience.h"

#include <algorithm>
#include <utility>

namespace snag {

namespace {

constexpr const char* hint_waits =
    "Serve in the order of asking: let a waiting writer hold new readers back, or hand the lock on in a line.";
constexpr const char* hint_tries =
    "Who only tries stands in no line, and nobody waits for it: take the lock with lock(), which waits, or let the "
    "others "
    "leave it free for longer than between two of their turns.";

bool is_shared_mutex(const Trace& trace, ObjectIndex object) {
  return object < trace.objects.size() && trace.objects[object].kind == ObjectKind::shared_mutex;
}

constexpr OperationKinds attempts{OperationKind::try_lock, OperationKind::try_lock_shared, OperationKind::try_acquire};
constexpr OperationKinds lock_waits{OperationKind::lock, OperationKind::lock_shared, OperationKind::acquire};

// Nobody is overtaken before somebody has tried, or waits for a shared_mutex.
constexpr Interest interest_of_overtaken{
    .done = attempts,
    .waiting = {},
    .ends = Interest::Ends::none,
    .wakes = attempts,
    .wakes_with = ObjectKind::shared_mutex,
    .done_awake = {OperationKind::lock, OperationKind::lock_shared, OperationKind::acquire, OperationKind::reacquire,
                   OperationKind::unlock, OperationKind::unlock_shared},
    .waiting_awake = lock_waits};

}  // namespace

OvertakenChecker::OvertakenChecker() : Checker(interest_of_overtaken) {}

void OvertakenChecker::begin() {
  for (std::vector<Request>& requests : requests_) requests.clear();
  waits_since_.clear();
  caught_up_ = false;
}

void OvertakenChecker::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (!caught_up_) {
    caught_up_ = true;
    for (Step step = 0; step < event.step; ++step) take_in(seen.trace.events[step], seen, findings);
  }
  take_in(event, seen, findings);
}

void OvertakenChecker::take_in(const Event& event, const Observation& seen, Findings& findings) {
  const ObjectIndex object = event.operation.object;
  switch (event.operation.kind) {
    case OperationKind::lock:
    case OperationKind::lock_shared:
      if (event.phase == Phase::waiting) see_waiting(event, seen.trace);
      if (event.phase == Phase::done) see_grant(event, seen.trace, findings);
      return;
    case OperationKind::try_lock:
    case OperationKind::try_lock_shared:
    case OperationKind::try_acquire:
      if (event.phase != Phase::done) return;
      if (event.success)
        see_grant(event, seen.trace, findings);
      else
        see_failed_try(event, seen.trace, findings);
      return;
    case OperationKind::acquire:
      if (event.phase == Phase::waiting) see_waiting(event, seen.trace);
      [[fallthrough]];
    case OperationKind::reacquire:
      if (event.phase == Phase::done) see_grant(event, seen.trace, findings);
      return;
    case OperationKind::unlock:
    case OperationKind::unlock_shared:
      if (event.phase == Phase::done && object < requests_.size() && !requests_[object].empty())
        forgive(object, seen.waits_after(event));
      return;
    default: return;
  }
}

std::vector<OvertakenChecker::Request>& OvertakenChecker::requests_for(ObjectIndex object) {
  if (object >= requests_.size()) requests_.resize(object + std::size_t{1});
  return requests_[object];
}

Step& OvertakenChecker::waits_since(ThreadIndex thread) {
  if (thread >= waits_since_.size()) waits_since_.resize(thread + std::size_t{1}, no_step);
  return waits_since_[thread];
}

void OvertakenChecker::see_waiting(const Event& event, const Trace& trace) {
  Step& since = waits_since(event.thread);
  since = std::min(since, event.step);
  // Only a shared_mutex can be released and still not be free for one that waits.
  if (!is_shared_mutex(trace, event.operation.object)) return;
  std::vector<Request>& requests = requests_for(event.operation.object);
  const auto known = [&](const Request& request) {
    return request.thread == event.thread && request.how == Request::How::waits;
  };
  if (std::ranges::none_of(requests, known)) requests.push_back({event.thread, event.step, Request::How::waits});
}

void OvertakenChecker::see_failed_try(const Event& event, const Trace& trace, Findings& findings) {
  std::vector<Request>& requests = requests_for(event.operation.object);
  const auto same = [&](const Request& request) {
    return request.thread == event.thread && request.how == Request::How::tries;
  };
  const auto request = std::ranges::find_if(requests, same);
  if (request == requests.end()) {
    requests.push_back({event.thread, event.step, Request::How::tries});
    return;
  }
  if (!request->granted_since_try) return;
  request->granted_since_try = false;
  if (++request->count >= trace.starved_after_grants) tell(*request, event, trace, findings);
}

void OvertakenChecker::see_grant(const Event& event, const Trace& trace, Findings& findings) {
  const ObjectIndex object = event.operation.object;
  Step asked = event.step;
  if (event.thread < waits_since_.size()) asked = std::min(asked, std::exchange(waits_since_[event.thread], no_step));
  if (object >= requests_.size() || requests_[object].empty()) return;
  std::vector<Request>& requests = requests_[object];
  for (const Request& request : requests)
    if (request.thread == event.thread) asked = std::min(asked, request.asked);
  std::erase_if(requests, [&](const Request& request) { return request.thread == event.thread; });
  for (Request& request : requests) {
    if (request.asked > asked) continue;
    auto grant =
        std::ranges::find_if(request.grants, [&](const Grant& one) { return one.rival.thread == event.thread; });
    if (grant == request.grants.end()) {
      request.grants.push_back({{event.thread, 0}, event.step});
      grant = request.grants.end() - 1;
    }
    ++grant->rival.times;
    request.granted_since_try = true;
    if (request.how == Request::How::waits && ++request.count >= trace.starved_after_grants)
      tell(request, event, trace, findings);
  }
}

// Who can go on now has its chance: what comes after counts anew.
void OvertakenChecker::forgive(ObjectIndex object, const Waits& waits) {
  for (Request& request : requests_[object]) {
    if (request.how != Request::How::waits) continue;
    std::vector<ThreadIndex> blockers;
    waits.add_blockers(request.thread, blockers);
    if (!blockers.empty()) continue;
    request.count = 0;
    request.grants.clear();
  }
}

void OvertakenChecker::tell(Request& request, const Event& event, const Trace& trace, Findings& findings) {
  if (request.told) return;
  request.told = true;
  std::ranges::stable_sort(request.grants, std::greater<>(), [](const Grant& grant) { return grant.rival.times; });
  const ObjectIndex object = event.operation.object;
  const bool tries = request.how == Request::How::tries;
  Finding finding;
  finding.checker = "starvation";
  finding.step = event.step;
  finding.threads = {request.thread};
  finding.objects = {object};
  finding.steps = {request.asked};
  finding.sentence << ThreadRef{request.thread};
  if (tries)
    finding.sentence << " has tried in vain to take " << ObjectRef{object} << " since " << PlaceRef{request.asked}
                     << ": " << std::to_string(request.count) << " times after others that asked later had got it";
  else
    finding.sentence << " waits at " << PlaceRef{request.asked} << " for " << ObjectRef{object}
                     << " and was unable to go on while others that asked later got it "
                     << std::to_string(request.count) << " times";
  finding.sentence << " (it counts as starved after " << std::to_string(trace.starved_after_grants) << ")";
  const char* separator = ": ";
  for (const Grant& grant : request.grants) {
    finding.sentence << separator << ThreadRef{grant.rival.thread} << " " << times_in_words(grant.rival.times);
    separator = ", ";
    finding.threads.push_back(grant.rival.thread);
    finding.steps.push_back(grant.first);
    finding.rivals.push_back(grant.rival);
  }
  if (tries) finding.steps.push_back(event.step);
  finding.relations = {{Relation::Kind::wants, request.thread, object, no_thread, request.asked}};
  finding.hint = tries ? hint_tries : hint_waits;
  findings.push_back(std::move(finding));
}

}  // namespace snag
