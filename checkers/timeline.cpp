#include "checkers/timeline.h"

#include <algorithm>

namespace snag {

namespace {

// Joins the stretch to the last one where nothing lies between them.
void add(std::vector<Slice>& slices, const Slice& slice) {
  if (slice.from == slice.to) return;
  const bool goes_on = !slices.empty() && slices.back().thread == slice.thread && slices.back().state == slice.state &&
                       slices.back().to == slice.from;
  if (goes_on)
    slices.back().to = slice.to;
  else
    slices.push_back(slice);
}

}  // namespace

void Timeline::begin() {
  lines_.clear();
  now_ = 0;
  running_ = no_thread;
}

void Timeline::observe(const Event& event) {
  if (event.phase != Phase::done) {
    pass_until(event.before);
    set(event.thread, event.phase == Phase::ready ? Slice::State::ready : Slice::State::waits, event.step);
    return;
  }
  switch (event.operation.kind) {
    case OperationKind::begin:
      // The body has the processor from the start; others begin, but get it only with their first operation.
      if (event.thread == 0) run(0, event.step);
      return;
    case OperationKind::work:
      pass_until(event.before);
      run(event.thread, event.step);
      pass_until(event.after);
      return;
    case OperationKind::sleep:
    case OperationKind::read_clock: pass_until(event.after); break;
    case OperationKind::set_priority:
      line(event.operation.target).position.priority =
          static_cast<int>(static_cast<std::int64_t>(event.operation.argument));
      break;
    default: break;
  }
  run(event.thread, event.step);
  if (event.operation.kind == OperationKind::spawn) set(event.operation.target, Slice::State::ready, event.step);
  if (event.operation.kind == OperationKind::end) set(event.thread, std::nullopt, event.step);
  if (event.operation.kind == OperationKind::cut_off) set(event.operation.target, std::nullopt, event.step);
}

void Timeline::run(ThreadIndex thread, Step step) {
  if (running_ != thread && running_ != no_thread && position(running_).state == Slice::State::runs)
    set(running_, Slice::State::ready, lines_[running_].position.step);
  running_ = thread;
  set(thread, Slice::State::runs, step);
}

void Timeline::set(ThreadIndex thread, std::optional<Slice::State> state, Step step) {
  Line& self = line(thread);
  self.position.step = step;
  if (self.position.state == state) return;
  if (self.position.state) add(self.past, {*self.position.state, thread, self.position.since, now_});
  self.position.state = state;
  self.position.since = now_;
}

void Timeline::pass_until(std::uint64_t time) { now_ = std::max(now_, time); }

Timeline::Line& Timeline::line(ThreadIndex thread) {
  if (thread >= lines_.size()) lines_.resize(thread + std::size_t{1});
  return lines_[thread];
}

std::vector<Slice> Timeline::slices() const {
  std::vector<Slice> all;
  for (ThreadIndex thread = 0; thread < threads(); ++thread) {
    const Line& line = lines_[thread];
    all.insert(all.end(), line.past.begin(), line.past.end());
    if (line.position.state) add(all, {*line.position.state, thread, line.position.since, now_});
  }
  return all;
}

std::vector<Rival> Timeline::ran_between(std::uint64_t from, std::uint64_t to, ThreadIndex left_out) const {
  std::vector<Rival> ran;
  for (const Slice& slice : slices()) {
    if (slice.state != Slice::State::runs || slice.thread == left_out) continue;
    const std::uint64_t begin = std::max(slice.from, from);
    const std::uint64_t end = std::min(slice.to, to);
    if (begin >= end) continue;
    if (ran.empty() || ran.back().thread != slice.thread) ran.push_back({slice.thread, 0, 0});
    ++ran.back().times;
    ran.back().duration += end - begin;
  }
  std::ranges::stable_sort(ran, std::greater<>(), &Rival::duration);
  return ran;
}

}  // namespace snag
