#include "harness/strategies/dpor_log.h"

#include <algorithm>

namespace snag::dpor {

namespace {

// Whether an operation waits until the object that it touches first lets it go on.
bool waits(OperationKind kind) {
  switch (kind) {
    case OperationKind::lock:
    case OperationKind::reacquire:
    case OperationKind::acquire:
    case OperationKind::once_enter: return true;
    default: return false;
  }
}

std::int32_t state_after(const Step& step, std::int32_t before) {
  const std::int32_t self = step.label.thread + 1;
  switch (step.kind) {
    case OperationKind::lock:
    case OperationKind::reacquire: return self;
    case OperationKind::try_lock: return step.success ? self : before;
    case OperationKind::unlock:
    case OperationKind::wait:
    case OperationKind::once_leave: return 0;
    case OperationKind::once_enter: return step.after == 1 ? self : before;
    default: return before;
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
    std::int32_t state = 0;
    if (!touches.empty()) {
      last_write = touches.back().write ? static_cast<std::uint32_t>(touches.size()) - 1 : touches.back().last_write;
      state = touches.back().state;
      const std::size_t from = last_write == none ? 0 : last_write;
      if (last_write != none) join(now, clock(touches[last_write].position));
      if (label.writes(i))
        for (std::size_t k = from; k < touches.size(); ++k) join(now, clock(touches[k].position));
    }
    touches.push_back({position, last_write, state_after(entry.step, state), label.writes(i)});
  }
  now[label.thread] = entry.nth;
}

void EventLog::append_pending(const Step& step, std::span<const StepName> enablers) {
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
  find_races(step, position, base);
}

void EventLog::find_races(const Step& step, Position position, const std::uint32_t* base) {
  const Label& label = step.label;
  candidates_.clear();
  for (std::size_t i = 0; i < label.size; ++i) {
    if (label.object(i) >= objects_.size()) continue;
    if (i == 0 && waits(step.kind)) {
      const Position found = partner(step, base);
      if (found != no_position) candidates_.push_back(found);
      continue;
    }
    const std::vector<Touch>& touches = objects_[label.object(i)];
    if (touches.empty()) continue;
    const std::uint32_t last_write =
        touches.back().write ? static_cast<std::uint32_t>(touches.size()) - 1 : touches.back().last_write;
    if (last_write != none) candidates_.push_back(touches[last_write].position);
    if (label.writes(i))
      for (std::size_t k = last_write == none ? 0 : last_write + 1; k < touches.size(); ++k)
        candidates_.push_back(touches[k].position);
  }
  std::sort(candidates_.begin(), candidates_.end());
  candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
  const auto others = static_cast<std::uint32_t>(others_.size());
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (precedes(candidates_[i], base)) continue;
    bool direct = true;
    for (std::size_t k = i + 1; k < candidates_.size() && direct; ++k)
      direct = !precedes(candidates_[i], clock(candidates_[k]));
    if (direct) races_.push_back({candidates_[i], position, no_value, others, others});
  }
}

// For a step that had to wait: the last conflicting step that it could have come before.
Position EventLog::partner(const Step& step, const std::uint32_t* base) const {
  const std::vector<Touch>& touches = objects_[step.label.object(0)];
  for (std::size_t i = touches.size(); i-- > 0;) {
    const Position position = touches[i].position;
    if (precedes(position, base)) return no_position;
    const bool possible =
        step.kind == OperationKind::acquire ? steps_[position].step.before > 0 : state_before(touches, i) == 0;
    if (possible) return position;
  }
  return no_position;
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
