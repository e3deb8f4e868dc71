#include "harness/strategies/dpor_log.h"

#include <algorithm>

namespace snag::dpor {

namespace {

// Whether an operation may have to wait for the object that it touches first; possible() tells when it need not.
bool waits(const Step& step) {
  switch (step.kind) {
    case OperationKind::lock:
    case OperationKind::lock_shared:
    case OperationKind::reacquire:
    case OperationKind::acquire:
    case OperationKind::once_enter:
    case OperationKind::put:
    case OperationKind::get:
    case OperationKind::queue_join:
    case OperationKind::barrier_enter:
    case OperationKind::barrier_leave:
    case OperationKind::barrier_reset:
    case OperationKind::barrier_abort: return true;
    default: return false;
  }
}

// The state of an object is one number. Of locks: 0 when free, the holder's name + 1, or less than 0: minus the number of
// readers. Of semaphores: the count.

// Of queues: the items, whether it is shut down, and above that the unfinished tasks.
constexpr std::int64_t shut_down = std::int64_t{1} << 40;
constexpr std::int64_t one_task = shut_down << 1;

std::int64_t queue_after(const Step& step, std::int64_t before) {
  const std::int64_t items = before % shut_down;
  const std::int64_t tasks = before / one_task;
  const std::int64_t down = before & shut_down;
  const auto after = static_cast<std::int64_t>(step.after);
  switch (step.kind) {
    case OperationKind::task_done: return items + down + after * one_task;
    case OperationKind::queue_shutdown:
      return step.argument == 1 ? shut_down + (tasks - std::min(tasks, items)) * one_task : before | shut_down;
    default: return after + down + (tasks + (after > items ? 1 : 0)) * one_task;
  }
}

// Of breakable barriers: the threads inside, and above that the phase. The last one to arrive leaves in the same step,
// or in the one that opens the barrier when its action is done: nobody can come between.
enum Phase : std::int64_t { filling, draining, broken, resetting, acting };
constexpr std::int64_t one_phase = std::int64_t{1} << 32;

std::int64_t barrier_with(std::int64_t phase, std::int64_t inside) {
  return (inside == 0 && (phase == draining || phase == resetting) ? filling : phase) * one_phase + inside;
}

std::int64_t barrier_after(const Step& step, std::int64_t before) {
  const std::int64_t phase = before / one_phase;
  const std::int64_t inside = before % one_phase;
  switch (step.kind) {
    case OperationKind::barrier_enter:
      if (phase == broken) return before;
      if (inside + 1 < step.limit) return barrier_with(filling, inside + 1);
      return step.argument == 1 ? barrier_with(acting, inside + 1) : barrier_with(draining, inside);
    case OperationKind::barrier_open: return barrier_with(draining, inside - 1);
    case OperationKind::barrier_leave: return barrier_with(phase == filling ? broken : phase, inside - 1);
    case OperationKind::barrier_reset: return phase == draining ? before : barrier_with(resetting, inside);
    default: return barrier_with(broken, phase == acting ? inside - 1 : inside);
  }
}

std::int64_t state_after(const Step& step, std::int64_t before) {
  const std::int64_t self = step.label.thread + 1;
  switch (step.kind) {
    case OperationKind::lock:
    case OperationKind::reacquire: return self;
    case OperationKind::try_lock: return step.success ? self : before;
    case OperationKind::lock_shared: return before - 1;
    case OperationKind::try_lock_shared: return step.success ? before - 1 : before;
    case OperationKind::unlock_shared: return before < 0 ? before + 1 : before;
    case OperationKind::unlock:
    case OperationKind::wait:
    case OperationKind::once_leave: return 0;
    case OperationKind::once_enter: return step.after == 1 ? self : before;
    case OperationKind::acquire:
    case OperationKind::try_acquire:
    case OperationKind::release: return static_cast<std::int64_t>(step.after);
    case OperationKind::put:
    case OperationKind::try_put:
    case OperationKind::get:
    case OperationKind::try_get:
    case OperationKind::task_done:
    case OperationKind::queue_shutdown: return queue_after(step, before);
    case OperationKind::barrier_enter:
    case OperationKind::barrier_open:
    case OperationKind::barrier_leave:
    case OperationKind::barrier_reset:
    case OperationKind::barrier_abort: return barrier_after(step, before);
    default: return before;
  }
}

// Whether a step that waits could be executed when the object is in this state.
bool possible(const Step& step, std::int64_t state) {
  switch (step.kind) {
    case OperationKind::lock_shared: return state <= 0;
    case OperationKind::acquire: return state > 0;
    case OperationKind::get: return state % one_task > 0;
    case OperationKind::put: return step.limit <= 0 || (state & shut_down) != 0 || state % shut_down < step.limit;
    case OperationKind::queue_join: return state / one_task == 0;
    case OperationKind::barrier_enter: return state / one_phase == filling || state / one_phase == broken;
    case OperationKind::barrier_leave:
      return state / one_phase != acting && (step.argument != 0 || state / one_phase != filling);
    case OperationKind::barrier_reset:
    case OperationKind::barrier_abort: return state / one_phase != acting;
    default: return state == 0;
  }
}

// The state before any step on it, told by the first: only semaphores do not begin with 0.
std::int64_t initial_state(const Step& first) {
  switch (first.kind) {
    case OperationKind::acquire:
    case OperationKind::try_acquire:
    case OperationKind::release: return static_cast<std::int64_t>(first.before);
    default: return 0;
  }
}

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0xD6E8FEB86659FD93U;
  value ^= value >> 29;
  return value;
}

}  // namespace

void EventLog::join(Clock into, const std::uint32_t* from) const {
  for (std::uint32_t i = 0; i < stride_; ++i) into[i] = std::max(into[i], from[i]);
}

void EventLog::make_room(std::uint32_t threads) {
  if (threads > threads_.size()) threads_.resize(threads);
  if (threads <= stride_) return;
  std::uint32_t stride = stride_;
  while (stride < threads) stride *= 2;
  const std::size_t rows = clocks_.size() / stride_;
  std::vector<std::uint32_t> wider(rows * stride);
  for (std::size_t row = 0; row < rows; ++row)
    std::copy_n(clocks_.data() + row * stride_, stride_, wider.data() + row * stride);
  clocks_ = std::move(wider);
  stride_ = stride;
}

void EventLog::truncate(Position size) {
  while (!races_.empty() && races_.back().second >= size) {
    others_.resize(races_.back().others_begin);
    races_.pop_back();
  }
  for (Position position = this->size(); position-- > size;) {
    const Entry& entry = steps_[position];
    for (std::size_t i = 0; i < entry.step.label.size; ++i) objects_[entry.step.label.object(i)].pop_back();
    threads_[entry.step.label.thread].pop_back();
    enablers_.resize(entry.enablers_begin);
  }
  if (size < steps_.size()) steps_.erase(steps_.begin() + size, steps_.end());
  clocks_.resize(std::size_t{size} * stride_);
  pending_.clear();
}

// What precedes a step whatever happens: the thread's step before it, and what enabled it.
void EventLog::base_of(Position position, Clock base) const {
  const Entry& entry = steps_[position];
  if (entry.previous == no_position)
    std::fill_n(base, stride_, 0);
  else
    std::copy_n(clock(entry.previous), stride_, base);
  add_enablers(base, std::span(enablers_).subspan(entry.enablers_begin, entry.enablers_end - entry.enablers_begin));
}

void EventLog::add_enablers(Clock base, std::span<const StepName> enablers) const {
  for (const StepName& enabler : enablers) {
    const std::uint32_t* const from = clock(threads_[enabler.thread][enabler.nth - 1]);
    for (std::uint32_t i = 0; i < stride_; ++i) base[i] = std::max(base[i], from[i]);
  }
}

void EventLog::append(const Step& step, std::span<const StepName> enablers, std::span<const Value> alternatives) {
  make_room(step.label.thread + 1U);
  const Position position = size();
  std::vector<Position>& own = threads_[step.label.thread];
  Entry entry{step, static_cast<std::uint32_t>(own.size()) + 1, own.empty() ? no_position : own.back(),
              static_cast<std::uint32_t>(enablers_.size()), 0};
  enablers_.insert(enablers_.end(), enablers.begin(), enablers.end());
  entry.enablers_end = static_cast<std::uint32_t>(enablers_.size());
  steps_.push_back(entry);
  own.push_back(position);
  clocks_.resize((std::size_t{position} + 1) * stride_);
  base_of(position, clock(position));
  find_races(step, position, clock(position));
  for (const Value value : alternatives) {
    const auto others = static_cast<std::uint32_t>(others_.size());
    races_.push_back({position, position, value, others, others});
  }
  enter(entry, position);
}

// Its clock takes in what it depends on, and the objects take note of it.
void EventLog::enter(const Entry& entry, Position position) {
  const Clock now = clock(position);
  const Label& label = entry.step.label;
  for (std::size_t i = 0; i < label.size; ++i) {
    const Name name = label.object(i);
    if (name >= objects_.size()) objects_.resize(name + 1);
    std::vector<Touch>& touches = objects_[name];
    std::uint32_t last_write = none;
    std::int64_t state = initial_state(entry.step);
    if (!touches.empty()) {
      last_write = touches.back().write ? static_cast<std::uint32_t>(touches.size()) - 1 : touches.back().last_write;
      state = touches.back().state;
      const std::size_t from = last_write == none ? 0 : last_write;
      if (last_write != none) join(now, clock(touches[last_write].position));
      if (label.writes(i))
        for (std::size_t k = from; k < touches.size(); ++k) join(now, clock(touches[k].position));
    }
    touches.push_back({position, last_write, state_after(entry.step, state), label.writes(i),
                       (entry.step.changed >> i & 1U) != 0, i < entry.step.own});
  }
  now[label.thread] = entry.nth;
}

void EventLog::append_pending(const Step& step, std::span<const StepName> enablers, Position until) {
  make_room(step.label.thread + 1U);
  const Position position = size() + static_cast<Position>(pending_.size());
  pending_.push_back(step);
  clocks_.resize((std::size_t{position} + 1) * stride_);
  const std::vector<Position>& own = threads_[step.label.thread];
  const Clock base = clock(position);
  if (own.empty())
    std::fill_n(base, stride_, 0);
  else
    std::copy_n(clock(own.back()), stride_, base);
  add_enablers(base, enablers);
  until_ = until;
  find_races(step, position, base);
  until_ = no_position;
}

// Those before until_.
std::span<const EventLog::Touch> EventLog::touches_of(Name object) const {
  if (object >= objects_.size()) return {};
  std::span<const Touch> touches = objects_[object];
  while (!touches.empty() && touches.back().position >= until_) touches = touches.first(touches.size() - 1);
  return touches;
}

void EventLog::find_races(const Step& step, Position position, const std::uint32_t* base) {
  const Label& label = step.label;
  candidates_.clear();
  partners_.clear();
  for (std::size_t i = 0; i < label.size; ++i) {
    const std::span<const Touch> touches = touches_of(label.object(i));
    if (touches.empty()) continue;
    if (i == 0 && waits(step)) {
      if (step.kind == OperationKind::lock && race_with_readers(step, position, base)) continue;
      find_partners(step, base);
      candidates_.insert(candidates_.end(), partners_.begin(), partners_.end());
      continue;
    }
    const std::uint32_t last_write =
        touches.back().write ? static_cast<std::uint32_t>(touches.size()) - 1 : touches.back().last_write;
    if (last_write != none) candidates_.push_back(touches[last_write].position);
    if (label.writes(i))
      for (std::size_t k = last_write == none ? 0 : last_write + 1; k < touches.size(); ++k)
        candidates_.push_back(touches[k].position);
  }
  std::sort(candidates_.begin(), candidates_.end());
  candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
  // What it could not have come before stands in nobody's way.
  std::erase_if(candidates_, [&](Position candidate) {
    if (precedes(candidate, base)) return true;
    const bool is_partner = std::ranges::find(partners_, candidate) != partners_.end();
    const bool known_possible = step.awaited == 0 && (!waits(step) || is_partner);
    return !known_possible && !possible_before(step, candidate, base);
  });
  const auto others = static_cast<std::uint32_t>(others_.size());
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    bool direct = true;
    for (std::size_t k = i + 1; k < candidates_.size() && direct; ++k)
      direct = !precedes(candidates_[i], clock(candidates_[k]));
    if (direct) races_.push_back({candidates_[i], position, no_value, others, others});
  }
}

std::int64_t EventLog::state_before(std::span<const Touch> touches, std::size_t touch) const {
  return touch == 0 ? initial_state(steps_[touches[0].position].step) : touches[touch - 1].state;
}

// For a step that had to wait: the last conflicting step that it could have come before. Those that only looked, since
// the last write, are independent of each other: it could have come before each of them.
void EventLog::find_partners(const Step& step, const std::uint32_t* base) {
  const std::span<const Touch> touches = touches_of(step.label.object(0));
  for (std::size_t i = touches.size(); i-- > 0;) {
    const Position position = touches[i].position;
    if (!touches[i].write && !step.label.writes(0)) continue;
    if (touches[i].write && (!partners_.empty() || precedes(position, base))) return;
    if (precedes(position, base) || !possible(step, state_before(touches, i))) continue;
    partners_.push_back(position);
    if (touches[i].write) return;
  }
}

// A writer's lock after readers: it comes before a reader only if all who then still read give way together. False if
// no reader has taken the lock since the last writer, outside of what precedes the step anyway.
bool EventLog::race_with_readers(const Step& step, Position position, const std::uint32_t* base) {
  const std::span<const Touch> touches = touches_of(step.label.object(0));
  const auto takes = [&](std::size_t touch) {
    const Step& other = steps_[touches[touch].position].step;
    return other.kind == OperationKind::lock_shared || (other.kind == OperationKind::try_lock_shared && other.success);
  };
  std::size_t begin = touches.size();
  while (begin > 0 && touches[begin - 1].state <= 0) --begin;
  sessions_.clear();
  for (std::size_t i = begin; i < touches.size(); ++i) {
    if (!takes(i)) continue;
    Position end = no_position;
    int depth = 1;
    for (std::size_t k = i + 1; k < touches.size() && depth > 0; ++k) {
      const Step& other = steps_[touches[k].position].step;
      if (other.label.thread != steps_[touches[i].position].step.label.thread) continue;
      if (takes(k)) ++depth;
      if (other.kind == OperationKind::unlock_shared && --depth == 0) end = touches[k].position;
    }
    sessions_.push_back({touches[i].position, end, false});
  }
  bool any = false;
  for (const Session& first : sessions_) {
    if (precedes(first.begin, base)) continue;
    any = true;
    if (remove_readers(first.begin, base)) add_group_race(position);
  }
  return any;
}

// Marks the sessions that cannot stay when the one that begins at `first` goes; false if one of them must stay.
bool EventLog::remove_readers(Position first, const std::uint32_t* base) {
  for (Session& session : sessions_) session.removed = session.begin == first;
  const auto follows = [&](Position position) {
    return std::ranges::any_of(
        sessions_, [&](const Session& session) { return session.removed && precedes(session.begin, clock(position)); });
  };
  for (bool more = true; more;) {
    more = false;
    for (Session& session : sessions_) {
      if (session.removed || follows(session.begin)) continue;
      if (session.end != no_position && !follows(session.end)) continue;
      if (precedes(session.begin, base)) return false;
      session.removed = more = true;
    }
  }
  return true;
}

void EventLog::add_group_race(Position position) {
  const auto others = static_cast<std::uint32_t>(others_.size());
  Position first = no_position;
  for (const Session& session : sessions_) {
    if (!session.removed) continue;
    if (first == no_position)
      first = session.begin;  // the earliest: sessions are in order
    else
      others_.push_back(session.begin);
  }
  races_.push_back({first, position, no_value, others, static_cast<std::uint32_t>(others_.size())});
}

// Whether the step, if it had to wait, could be executed without the removed step and all that follows from it.
bool EventLog::possible_before(const Step& step, Position removed, const std::uint32_t* base) const {
  const auto stays = [&](Position position) { return position != removed && !precedes(removed, clock(position)); };
  if (waits(step)) {
    const std::span<const Touch> touches = touches_of(step.label.object(0));
    std::int64_t state = touches.empty() ? initial_state(step) : state_before(touches, 0);
    for (const Touch& touch : touches)
      if (stays(touch.position)) state = state_after(steps_[touch.position].step, state);
    if (!possible(step, state)) return false;
  }
  if (step.awaited == 0) return true;
  for (std::size_t i = 0; i < step.label.size; ++i) {
    const bool resumes = i == 0 && step.kind == OperationKind::resume;
    if ((step.awaited >> i & 1U) == 0 && !resumes) continue;
    const std::span<const Touch> touches = touches_of(step.label.object(i));
    // A change counts if it came after the thread last looked, also if the thread has learnt of it since.
    for (std::size_t k = touches.size(); k-- > 0;) {
      const Touch& touch = touches[k];
      const Step& other = steps_[touch.position].step;
      if (touch.own && other.label.thread == step.label.thread) break;
      if (!touch.changed || !(precedes(touch.position, base) || stays(touch.position))) continue;
      if (!resumes || other.kind == OperationKind::notify_all || other.label.value == step.label.thread) return true;
    }
  }
  return false;
}

void EventLog::wish_for(const Race& race, Wish& wish) {
  wish.labels.clear();
  const std::span<const Position> others =
      std::span(others_).subspan(race.others_begin, race.others_end - race.others_begin);
  const auto follows_removed = [&](Position position) {
    const std::uint32_t* const at = clock(position);
    if (precedes(race.first, at)) return true;
    return std::ranges::any_of(others, [&](Position other) { return precedes(other, at); });
  };

  if (race.second == race.first) {
    moved_ = steps_[race.first].step.label;
    moved_.value = race.value;
    wish.labels.push_back(&moved_);
    wish.settled = 1;
    for (Position position = race.first + 1; position < size(); ++position)
      if (!follows_removed(position)) wish.labels.push_back(&steps_[position].step.label);
    return;
  }

  const bool is_pending = race.second >= size();
  const Step& second = is_pending ? pending_[race.second - size()] : steps_[race.second].step;
  moved_ = second.label;
  if (second.value_depends) moved_.value = fresh;
  const Position until = is_pending ? size() : race.second;

  // What must still come before the second: its base, and what else it depends on.
  clocks_.resize((std::size_t{size()} + pending_.size() + 1) * stride_);
  const Clock needed = clock(size() + static_cast<Position>(pending_.size()));
  if (is_pending)
    std::copy_n(clock(race.second), stride_, needed);
  else
    base_of(race.second, needed);
  candidates_.clear();
  for (Position position = race.first + 1; position < until; ++position) {
    if (follows_removed(position)) continue;
    candidates_.push_back(position);
    if (dependent(steps_[position].step.label, moved_)) join(needed, clock(position));
  }
  for (const Position position : candidates_)
    if (precedes(position, needed)) wish.labels.push_back(&steps_[position].step.label);
  wish.labels.push_back(&moved_);
  wish.settled = wish.labels.size();
  for (const Position position : candidates_)
    if (!precedes(position, needed)) wish.labels.push_back(&steps_[position].step.label);
  for (Position position = until + (is_pending ? 0 : 1); position < size(); ++position)
    if (!follows_removed(position)) wish.labels.push_back(&steps_[position].step.label);
}

std::uint64_t EventLog::digest() const {
  std::uint64_t digest = 0;
  for (Position position = 0; position < size(); ++position) {
    const Entry& entry = steps_[position];
    std::uint64_t hash = mix((std::uint64_t{entry.step.label.thread} << 32) + entry.nth);
    hash = mix(hash + (std::uint64_t{entry.step.label.value} << 8) + static_cast<std::uint64_t>(entry.step.kind));
    const std::uint32_t* const at = clock(position);
    for (std::size_t thread = 0; thread < threads_.size(); ++thread) hash = mix(hash + at[thread]);
    digest += hash;
  }
  return digest;
}

}  // namespace snag::dpor
