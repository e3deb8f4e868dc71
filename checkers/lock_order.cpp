// The graph of nested acquisitions, the search for a cycle through each new edge, and the words of the finding.
#include "checkers/lock_order.h"

#include <algorithm>
#include <bit>

namespace snag {
namespace {

// Bounds the search through one new edge. Only many threads that nest many locks in many ways come near it.
constexpr std::size_t search_steps_max = 20'000;

constexpr OperationKinds order_threads{OperationKind::spawn, OperationKind::begin, OperationKind::end,
                                       OperationKind::join};

constexpr OperationKinds takes{OperationKind::lock, OperationKind::reacquire, OperationKind::lock_shared,
                               OperationKind::try_lock, OperationKind::try_lock_shared};

// There is nothing to tell but where a thread takes a lock while it holds another.
constexpr Interest interest_of_lock_order{
    .done = takes, .waiting = {}, .routine = Interest::Routine::skipped, .ends = Interest::Ends::none};

}  // namespace

LockOrder::LockOrder() : Checker(interest_of_lock_order) {}

void LockOrder::begin() {
  order_.begin();
  if (followed_ > 0) forget();
}

void LockOrder::forget() {
  for (std::size_t i = 0; i < threads_used_; ++i) held_[i].clear();
  threads_used_ = 0;
  edges_used_ = 0;
  reported_.clear();
  must_.begin();
  must_followed_ = 0;
  followed_ = 0;
  ++execution_;
}

void LockOrder::observe(const Event& event, const Observation& seen, Findings& findings) {
  if (followed_ == 0 && order_.stays_acyclic(event)) return;
  for (; followed_ <= event.step; ++followed_) take_in(seen.trace.events[followed_], seen.trace, findings);
}

void LockOrder::OrderOfLocks::begin() {
  for (; outer_ != 0; outer_ &= outer_ - 1) inside_[static_cast<std::size_t>(std::countr_zero(outer_))] = 0;
}

bool LockOrder::OrderOfLocks::stays_acyclic(const Event& event) {
  if (!event.success) return true;
  const ObjectIndex from = event.outer;
  const ObjectIndex to = event.operation.object;
  if (from >= locks_max || to >= locks_max || from == to) return false;
  const Set from_bit = Set{1} << from;
  const Set to_bit = Set{1} << to;
  if ((inside_[from] & to_bit) != 0) return true;
  if ((inside_[to] & from_bit) != 0) return false;
  const Set added = inside_[to] | to_bit;
  outer_ |= from_bit;
  for (Set rest = outer_; rest != 0; rest &= rest - 1) {
    const auto lock = static_cast<std::size_t>(std::countr_zero(rest));
    if (lock == from || (inside_[lock] & from_bit) != 0) inside_[lock] |= added;
  }
  return true;
}

void LockOrder::take_in(const Event& event, const Trace& trace, Findings& findings) {
  if (event.phase != Phase::done) return;
  switch (event.operation.kind) {
    case OperationKind::lock:
    case OperationKind::reacquire: take(event, Mode::exclusive, trace, findings); break;
    case OperationKind::lock_shared: take(event, Mode::shared, trace, findings); break;
    case OperationKind::try_lock:
      if (event.success) take_quietly(event, Mode::exclusive);
      break;
    case OperationKind::try_lock_shared:
      if (event.success) take_quietly(event, Mode::shared);
      break;
    case OperationKind::unlock: let_go(event, event.operation.object, Mode::exclusive); break;
    case OperationKind::unlock_shared: let_go(event, event.operation.object, Mode::shared); break;
    case OperationKind::wait: let_go(event, event.operation.second, Mode::exclusive); break;
    default: break;
  }
}

void LockOrder::finish(const Outcome&, const Observation&, Findings&) {}

std::vector<LockOrder::Held>& LockOrder::held_by(ThreadIndex thread) {
  if (thread >= threads_used_) {
    threads_used_ = thread + std::size_t{1};
    if (held_.size() < threads_used_) held_.resize(threads_used_);
  }
  return held_[thread];
}

LockOrder::Lock& LockOrder::of(ObjectIndex object) {
  if (object >= locks_.size()) locks_.resize(object + std::size_t{1});
  Lock& lock = locks_[object];
  if (lock.execution != execution_) lock = {execution_, no_edge, false};
  return lock;
}

void LockOrder::take(const Event& event, Mode mode, const Trace& trace, Findings& findings) {
  const std::vector<Held>& held = held_by(event.thread);
  const auto same = [&](const Held& one) { return one.object == event.operation.object; };
  if (!held.empty() && std::none_of(held.begin(), held.end(), same)) {
    follow_joins(trace, event.step);
    for (const Held& from : held) add_edge(event, mode, from, findings);
  }
  take_quietly(event, mode);
}

void LockOrder::follow_joins(const Trace& trace, Step end) {
  for (; must_followed_ < end; ++must_followed_) {
    const Event& event = trace.events[must_followed_];
    if (event.phase == Phase::done && order_threads.contains(event.operation.kind)) must_.observe(event);
  }
}

void LockOrder::take_quietly(const Event& event, Mode mode) {
  std::vector<Held>& held = held_by(event.thread);
  for (Held& one : held) {
    if (one.object == event.operation.object && one.mode == mode) {
      one.depth += levels_of(event);
      return;
    }
  }
  held.push_back({event.operation.object, mode, event.step, levels_of(event)});
}

// A lock that the thread does not hold is taken from whoever does. Of a mutex such an unlock is misuse, for others to
// tell; a threading::Lock may be handed over, and then the order of those who acquire it says nothing.
void LockOrder::let_go(const Event& event, ObjectIndex object, Mode mode) {
  if (object == no_object) return;  // the wait of a condition_variable_any
  const auto release_from = [&](std::vector<Held>& held) {
    const auto is = [&](const Held& own) { return own.object == object && own.mode == mode; };
    const auto one = std::find_if(held.begin(), held.end(), is);
    if (one == held.end()) return false;
    one->depth -= std::min(one->depth, levels_of(event));
    if (one->depth == 0) held.erase(one);
    return true;
  };
  if (release_from(held_by(event.thread))) return;
  of(object).handed_over = true;
  for (std::size_t i = 0; i < threads_used_; ++i) {
    if (release_from(held_[i])) return;
  }
}

void LockOrder::add_edge(const Event& event, Mode mode, const Held& from, Findings& findings) {
  if (edges_used_ == edges_.size()) edges_.emplace_back();
  Edge& edge = edges_[edges_used_];
  edge.thread = event.thread;
  edge.from = from.object;
  edge.to = event.operation.object;
  edge.mode_from = from.mode;
  edge.mode_to = mode;
  edge.step_from = from.step;
  edge.step_to = event.step;
  edge.held.clear();
  for (const Held& one : held_[event.thread]) edge.held.push_back({one.object, one.mode});
  edge.epoch = must_.epoch(event.thread);
  if (known(edge)) return;
  edge.must = must_.clock(event.thread);
  Lock& lock = of(edge.from);
  edge.next = lock.first;
  lock.first = static_cast<EdgeIndex>(edges_used_++);
  path_.assign(1, lock.first);
  steps_left_ = search_steps_max;
  extend(findings);
}

// Between two of its spawns and joins a thread's place in the start/join order is the same: a loop adds nothing new.
bool LockOrder::known(const Edge& edge) const {
  if (edge.from >= locks_.size() || locks_[edge.from].execution != execution_) return false;
  for (EdgeIndex i = locks_[edge.from].first; i != no_edge; i = edges_[i].next) {
    const Edge& other = edges_[i];
    if (other.thread == edge.thread && other.to == edge.to && other.mode_to == edge.mode_to &&
        other.mode_from == edge.mode_from && other.epoch.count == edge.epoch.count && other.held == edge.held) {
      return true;
    }
  }
  return false;
}

void LockOrder::extend(Findings& findings) {
  const EdgeIndex last = path_.back();
  const ObjectIndex wanted = edges_[last].to;
  if (of(wanted).handed_over || of(edges_[last].from).handed_over) return;
  if (path_.size() > 1 && wanted == edges_[path_.front()].from) {
    if (blocks(edges_[last], edges_[path_.front()])) report(findings);
    return;
  }
  if (path_.size() == threads_max) return;
  for (EdgeIndex i = of(wanted).first; i != no_edge && steps_left_ > 0; i = edges_[i].next) {
    --steps_left_;
    if (!blocks(edges_[last], edges_[i]) || !fits(edges_[i])) continue;
    path_.push_back(i);
    extend(findings);
    path_.pop_back();
  }
}

// Two shares of a lock are not in each other's way.
bool LockOrder::blocks(const Edge& wanting, const Edge& holding) {
  return wanting.mode_to == Mode::exclusive || holding.mode_from == Mode::exclusive;
}

// Whether nobody can hold all of these while another holds all of those.
bool LockOrder::exclude(const std::vector<Taken>& left, const std::vector<Taken>& right) {
  return std::any_of(left.begin(), left.end(), [&](const Taken& one) {
    return std::any_of(right.begin(), right.end(), [&](const Taken& other) {
      return one.object == other.object && (one.mode == Mode::exclusive || other.mode == Mode::exclusive);
    });
  });
}

// Whether the edge's thread can be about to take its lock while those of the path are about to take theirs.
// An acquisition came before another if a spawn, end or join of its thread after it did.
bool LockOrder::fits(const Edge& edge) const {
  return std::all_of(path_.begin(), path_.end(), [&](EdgeIndex i) {
    const Edge& other = edges_[i];
    const bool before = edge.must.get(other.epoch.thread) > other.epoch.count;
    const bool after = other.must.get(edge.epoch.thread) > edge.epoch.count;
    return other.thread != edge.thread && !before && !after && !exclude(edge.held, other.held);
  });
}

void LockOrder::report(Findings& findings) {
  if (reported_before()) return;
  const auto by_thread = [&](EdgeIndex a, EdgeIndex b) { return edges_[a].thread < edges_[b].thread; };
  std::vector<EdgeIndex> cycle = path_;
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end(), by_thread), cycle.end());
  Finding finding;
  finding.checker = "lock-order-cycle";
  finding.certainty = Certainty::predicted;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const Edge& edge = edges_[cycle[i]];
    finding.step = std::max(finding.step, edge.step_to);
    finding.threads.push_back(edge.thread);
    finding.objects.push_back(edge.from);
    finding.steps.insert(finding.steps.end(), {edge.step_from, edge.step_to});
    finding.relations.push_back({Relation::Kind::holds, edge.thread, edge.from, no_thread, edge.step_from});
    finding.relations.push_back({Relation::Kind::wants, edge.thread, edge.to, no_thread, edge.step_to});
    if (i > 0) finding.sentence << (i + 1 == cycle.size() ? " and " : ", ");
    finding.sentence << ThreadRef{edge.thread} << (edge.mode_to == Mode::shared ? " takes a share of " : " takes ")
                     << ObjectRef{edge.to} << " at " << PlaceRef{edge.step_to}
                     << (edge.mode_from == Mode::shared ? " while it shares " : " while it holds ")
                     << ObjectRef{edge.from} << " from " << PlaceRef{edge.step_from};
  }
  finding.sentence << ": if each takes its first lock before another takes its second, none can go on";
  finding.hint << "Take locks in one order everywhere, or take them all at once with std::scoped_lock or std::lock.";
  findings.push_back(std::move(finding));
}

// Puts the path's threads and locks on the list; true if they stood there.
bool LockOrder::reported_before() {
  const auto size = static_cast<std::uint32_t>(path_.size());
  signature_.assign(1, size);
  for (const EdgeIndex i : path_) signature_.push_back(edges_[i].thread);
  for (const EdgeIndex i : path_) signature_.push_back(edges_[i].from);
  std::sort(signature_.begin() + 1, signature_.begin() + 1 + size);
  std::sort(signature_.begin() + 1 + size, signature_.end());
  for (auto one = reported_.begin(); one != reported_.end(); one += 1 + 2 * static_cast<std::ptrdiff_t>(*one)) {
    if (*one == size && std::equal(signature_.begin(), signature_.end(), one)) return true;
  }
  reported_.insert(reported_.end(), signature_.begin(), signature_.end());
  return false;
}

}  // namespace snag
