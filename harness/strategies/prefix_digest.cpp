#include "harness/strategies/prefix_digest.h"

#include <utility>

namespace snag::dpor {

namespace {

constexpr std::uint32_t no_await = 0xffffffff;
constexpr std::size_t other_places = clock_place - budget_place + 1;
constexpr ObjectIndex in_order_place = budget_place;  // of no other use where all is in order

std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

// Whether what the event told its thread may depend on events that touch nothing: on how far another thread has come.
bool tells_of_progress(OperationKind kind) {
  return kind == OperationKind::is_alive || kind == OperationKind::count_threads || kind == OperationKind::read_clock;
}

}  // namespace

void PrefixDigest::begin(const Trace& trace, const Observed& observed, Ordering ordering) {
  trace_ = &trace;
  observed_ = observed;
  ordering_ = ordering;
  next_ = 0;
  next_await_ = next_lull_ = 0;
  chosen_.reset();
  sum_ = before_lull_ = 0;
  threads_.clear();
  awaiting_.clear();
  objects_.clear();
  others_.assign(other_places, {});
}

void PrefixDigest::follow(snag::Step until) {
  for (;; ++next_) {
    for (; next_await_ < trace_->awaits.size() && trace_->awaits[next_await_].step <= next_; ++next_await_) {
      thread(trace_->awaits[next_await_].thread);
      awaiting_[trace_->awaits[next_await_].thread] = static_cast<std::uint32_t>(next_await_);
    }
    for (; next_lull_ < trace_->lulls.size() && trace_->lulls[next_lull_] <= next_; ++next_lull_)
      before_lull_ = mix(before_lull_ + value());
    if (next_ >= until) return;
    const Event& event = trace_->events[next_];
    if (event.phase == Phase::done) take(event);
  }
}

std::uint64_t PrefixDigest::value() const {
  std::uint64_t value = mix(sum_ + before_lull_);
  for (const Thread& thread : threads_)
    if (thread.silent > 0) value += mix(thread.name * 3 + thread.silent);
  return value;
}

PrefixDigest::Thread& PrefixDigest::thread(ThreadIndex index) {
  while (threads_.size() <= index) {
    const ThreadInfo& info = trace_->threads[threads_.size()];
    const std::uint64_t name = info.parent == no_thread ? 1 : mix(threads_[info.parent].name + info.nth);
    threads_.push_back({name, name, 0, 0});
    awaiting_.push_back(no_await);
  }
  return threads_[index];
}

PrefixDigest::Place& PrefixDigest::place(ObjectIndex index) {
  if (index >= budget_place) return others_[clock_place - index];
  if (index >= objects_.size()) objects_.resize(index + 1);
  return objects_[index];
}

void PrefixDigest::take(const Event& event) {
  Thread& self = thread(event.thread);
  Accesses accesses = accesses_of(event.operation, observed_);
  const std::optional<std::uint64_t> chosen = std::exchange(chosen_, {});
  if (const std::uint32_t number = std::exchange(awaiting_[event.thread], no_await); number != no_await) {
    const Await& await = trace_->awaits[number];
    for (std::uint8_t i = 0; i < await.count; ++i) accesses.read(await.places[i]);
  }
  if (ordering_ == Ordering::total) {
    accesses = {};
    accesses.write(in_order_place);
  }
  if (accesses.empty() && !chosen) {
    ++self.silent;
    return;
  }
  std::uint64_t hash = mix(self.last + before_lull_);
  hash = mix(hash + (std::uint64_t{++self.events} << 8) + static_cast<std::uint64_t>(event.operation.kind));
  hash = mix(hash + chosen.value_or(0) * 2 + (event.success ? 1 : 0));
  if (tells_of_progress(event.operation.kind)) hash = mix(hash + event.after);
  for (const Access& access : accesses) {
    const Place& touched = place(access.place);
    hash = mix(hash + touched.last_write);
    if (access.write) hash = mix(hash + touched.reads);
  }
  for (const Access& access : accesses) {
    Place& touched = place(access.place);
    if (access.write)
      touched = {hash, 0};
    else
      touched.reads += hash;
  }
  self.last = hash;
  sum_ += hash;
}

}  // namespace snag::dpor
