// The decision site: publish, gather, choose, switch, record. Starting and ending runs stands in lifecycle.cpp.
#include "harness/execution/execution.h"

#include "harness/execution/await.h"
#include "harness/execution/front_end.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace snag {

namespace {

constexpr std::uint64_t time_when_all_spin = 1'000'000;  // virtual ns that pass when every thread only polls

bool is_nobody_in_the_way(const void* who, const ControlledThread&) {
  return *static_cast<const ThreadIndex*>(who) == no_thread;
}

bool waits_for_notify(const ControlledThread& thread) {
  return thread.request.guard == &detail::may_reacquire &&
         !static_cast<const detail::Reacquisition*>(thread.request.subject)->waiter->notified;
}

std::uint64_t mix(std::uint64_t value) {
  value *= 0xD6E8FEB86659FD93U;
  value ^= value >> 32;
  return value;
}

}  // namespace

// Before an operation that is no scheduling point; false while the execution is abandoned.
bool Execution::admit() {
  if (abandoning_) [[unlikely]]
    return refuse(*running_);
  if (narrator_ != nullptr) [[unlikely]]
    narrator_->publish(running_->index);
  return true;
}

// A scheduling point: the thread's request is in place. Whom to leave it for until the strategy lets it go on; null: it
// goes on at once, or the execution is abandoned.
Fiber* Execution::arrive() {
  ControlledThread& self = *running_;
  if (abandoning_) [[unlikely]]
    return nullptr;
  if (self.request.operation.place == nullptr) self.request.operation.place = __builtin_return_address(0);
  publish(self);
  if (narrator_ != nullptr) [[unlikely]]
    narrator_->publish(self.index);
  ControlledThread* const next = pick();
  if (next == &self) return nullptr;
  Fiber* const fiber = next != nullptr ? &next->fiber : &home_;
  if (next != nullptr) running_ = next;
  Fiber::prepare_switch(self.fiber, *fiber);
  return fiber;
}

inline void Execution::publish(ControlledThread& self) {
  if (self.request.deadline != never && self.request.guard == nullptr) [[unlikely]]
    self.request.guard = &is_nobody_in_the_way;
  if (self.waiting_told) self.waiting_told = false;  // a look is cheaper than to write
  ++self.points;
  const Operation& operation = self.request.operation;
  std::uint64_t object = operation.target;
  if (operation.object != no_object) object = object_identities_[operation.object];
  self.digest = (object + static_cast<std::uint64_t>(operation.kind)) * 0xD6E8FEB86659FD93U + self.identity;
  if (self.held_back > 0) [[unlikely]] {
    if (self.spin.expects(operation)) {
      self.was_held_back = true;
    } else {
      // It leaves its cycle by itself, before anybody was preferred to it.
      self.held_back = 0;
      --spinners_;
    }
  }
  if (self.spins) [[unlikely]]
    await_change(self);
  if (++result_.points > run_with_.steps_max) [[unlikely]]
    reach_step_limit();
}

// Who goes next: null when the run ends here.
inline ControlledThread* Execution::pick() {
  if (stopping_) [[unlikely]]
    return nullptr;
  if (newborns_ > 0) {
    // A newborn runs to its first operation before anything is decided: its begin commutes with all the rest.
    for (ControlledThread* const thread : live_) {
      if (thread->state != ControlledThread::State::newborn) continue;
      --newborns_;
      thread->state = ControlledThread::State::live;
      return thread;
    }
  }
  if (spinners_ > 0 || scheduled_) [[unlikely]]
    return pick_from(gather());
  const std::size_t count = watched_ ? gather_able<Waiting::told>() : gather_able<Waiting::untold>();
  if (count == 0 || stopping_) [[unlikely]]
    return pick_from(count);
  if (count == 1) return able_[0];
  return choose_thread(count);
}

// The same, with the options gathered: whatever they are.
ControlledThread* Execution::pick_from(std::size_t count) {
  if (stopping_) [[unlikely]]
    return nullptr;
  while (count == 0) {
    if (live_.empty()) return nullptr;
    if (!wait_for_time() && !wait_for_world()) {
      result_.verdict = Verdict::deadlock;
      return nullptr;
    }
    count = gather();
  }
  if (scheduled_) [[unlikely]]
    return pick_scheduled(count);
  if (count == 1) return able_[0];
  return choose_thread(count);
}

// The same where threads share one processor by priority.
ControlledThread* Execution::pick_scheduled(std::size_t count) {
  follow_readiness();
  if (stopping_) return nullptr;
  ControlledThread* const next = count == 1 ? able_[0] : choose_thread(count);
  if (next != nullptr) processor_.give_to(*next);
  return next;
}

void Execution::follow_readiness() {
  processor_.begin_round(now_);
  for (ControlledThread* const thread : live_) {
    // One that is held back because it spins counts as waiting.
    const bool ready = thread->held_back == 0 && enabled(*thread);
    if (watched_ && ready && thread->waiting_told) tell_ready(*thread);
    if (watched_ && !ready && !thread->waiting_told) tell_waiting(*thread);
    processor_.note(*thread, ready);
  }
  processor_.settle(live_);
}

// Fills options_ with the threads that can go, where none is held back.
template <Execution::Waiting waiting>
SNAG_ALWAYS_INLINE std::size_t Execution::gather_able() {
  // Members in locals: the compiler must else assume that every store changes them.
  ControlledThread* const* thread_at = live_.data();
  ControlledThread* const* const end = thread_at + live_.size();
  Option* const options = options_.data();
  ControlledThread** const able = able_.data();
  std::size_t count = 0;
  std::uint64_t digest = 0;
  bool newly_waiting = false;
  for (; thread_at != end; ++thread_at) {
    ControlledThread& thread = **thread_at;
    if (!enabled(thread)) {
      if constexpr (waiting == Waiting::told) newly_waiting |= !thread.waiting_told;
      continue;
    }
    options[count] = thread.option;
    able[count] = &thread;
    ++count;
    digest += thread.digest;
  }
  options_digest_ = digest;
  if constexpr (waiting == Waiting::told)
    if (newly_waiting) tell_newly_waiting();
  return count;
}

void Execution::tell_newly_waiting() {
  for (ControlledThread* const thread : live_)
    if (!thread->waiting_told && !enabled(*thread)) tell_waiting(*thread);
}

// Fills options_ with the threads that can go; those that are held back only count when nobody else can.
std::size_t Execution::gather() {
  ControlledThread* const* thread_at = live_.data();
  ControlledThread* const* const end = thread_at + live_.size();
  std::size_t count = 0;
  std::size_t held_back = 0;
  std::uint64_t digest = 0;
  for (; thread_at != end; ++thread_at) {
    ControlledThread& thread = **thread_at;
    if (!enabled(thread)) {
      if (watched_ && !thread.waiting_told) tell_waiting(thread);
      continue;
    }
    if (thread.held_back > 0 && !woken(thread)) [[unlikely]] {
      ++held_back;
      continue;
    }
    options_[count] = thread.option;
    able_[count] = &thread;
    ++count;
    digest += thread.digest;
  }
  options_digest_ = digest;
  if (count == 0 && held_back > 0) {
    // Everybody polls: time passes.
    now_ += time_when_all_spin;
    wake_spinners();
    return gather();
  }
  return count;
}

// Who is in the way of what the thread has published: no_thread when nobody is, nothing when that is not known.
std::optional<ThreadIndex> Execution::blocker_of(const ControlledThread& thread) const {
  const Request& request = thread.request;
  if (request.guard == nullptr || request.guard == &is_nobody_in_the_way)
    return *static_cast<const ThreadIndex*>(request.subject);
  if (request.guard != &detail::may_reacquire) return std::nullopt;
  const auto* const wanted = static_cast<const detail::Reacquisition*>(request.subject);
  return *wanted->owner;
}

// Whether the thread waits to be notified, or for one that does not wait, or for one of which the same can be said: then
// it closes no ring.
bool Execution::waits_for_a_runner(const ControlledThread& thread) const {
  if (waits_for_notify(thread)) return true;
  const ControlledThread* waiter = &thread;
  for (std::uint32_t steps = 0; steps < thread_count_; ++steps) {
    const std::optional<ThreadIndex> blocker = blocker_of(*waiter);
    if (!blocker) return false;
    // Not told that it waits, or able to go on since: nobody holds what it waits for.
    if (*blocker == no_thread) return waiter != &thread;
    waiter = threads_[*blocker].get();
    if (!waiter->waiting_told || waits_for_notify(*waiter)) return true;
  }
  return false;
}

void Execution::tell_waiting(ControlledThread& thread) {
  thread.waiting_told = true;
  tell_able(thread, Phase::waiting);
}

void Execution::tell_ready(ControlledThread& thread) {
  thread.waiting_told = false;
  tell_able(thread, Phase::ready);
}

void Execution::tell_able(ControlledThread& thread, Phase phase) {
  const auto step = static_cast<Step>(trace_.events.size());
  Event& event = trace_.events.emplace_back();
  event.operation = thread.request.operation;
  event.thread = thread.index;
  event.phase = phase;
  event.step = step;
  if (scheduled_) event.before = event.after = now_;
  event.routine = phase == Phase::waiting && !scheduled_ && waits_for_a_runner(thread);
  if (narrator_ != nullptr || panel_.is_concerned(event)) observe(event);
}

// All who could go spin. Those that only read may all go on; of those that write just one, so that threads that
// keep getting in each other's way in lockstep do not do so for ever.
void Execution::wake_spinners() {
  if (run_with_.spinning == SpinRule::after_a_change) {
    trace_.lulls.push_back(static_cast<Step>(trace_.events.size()));
    for (ControlledThread* const thread : live_) thread->held_back = 0;
    spinners_ = 0;
    return;
  }
  ControlledThread* writer = nullptr;
  bool readers = false;
  for (ControlledThread* const thread : live_) {
    if (thread->held_back == 0 || !enabled(*thread)) continue;
    if (thread->spin.writes()) {
      if (writer == nullptr || thread->held_back < writer->held_back) writer = thread;
      continue;
    }
    thread->held_back = 0;
    --spinners_;
    readers = true;
  }
  if (readers || writer == nullptr) return;
  writer->held_back = 0;
  --spinners_;
}

// Ideal time moves when nobody can run: to the earliest deadline. False when there is none.
bool Execution::wait_for_world() {
  const FrontEnd* const front_end = scenario_->front_end;
  return front_end != nullptr && front_end->wait_for_world != nullptr && front_end->wait_for_world(*this);
}

bool Execution::wait_for_time() {
  std::uint64_t earliest = never;
  for (const ControlledThread* const thread : live_)
    if (thread->request.deadline < earliest) earliest = thread->request.deadline;
  if (earliest == never) return false;
  pass_time_until(earliest);
  trace_.lulls.push_back(static_cast<Step>(trace_.events.size()));
  return true;
}

// Whether a thread that has passed a scheduling point is among the options.
inline bool Execution::is_offered(const ControlledThread& thread) const {
  return thread.state == ControlledThread::State::live && enabled(thread) && (thread.held_back == 0 || woken(thread));
}

SNAG_ALWAYS_INLINE ControlledThread* Execution::choose_thread(std::size_t count) {
  const std::span<const Option> offered(options_.data(), count);
  const auto step = static_cast<Step>(trace_.events.size());
  const auto check = static_cast<std::uint32_t>(options_digest_ ^ (options_digest_ >> 32));
  const std::size_t answer = strategy_->choose_thread(
      {offered, last_->index, is_offered(*last_), step, check, scheduled_ ? &processor_.ready() : nullptr});
  if (answer >= count) [[unlikely]] {
    result_.diverged = true;
    return nullptr;
  }
  ControlledThread* const chosen = able_[answer];
  Choice& choice = schedule_.emplace_back();
  choice.check = check;
  choice.chosen = chosen->index;
  choice.options = static_cast<std::uint32_t>(count);
  choice.step = step;
  // From what is at hand: not to read back what was just written.
  if (journal_ != nullptr && !journal_->add({Choice::Kind::thread, check, chosen->index, 0, 0})) [[unlikely]] {
    cut_short();
    return nullptr;
  }
  return chosen;
}

// Ends where the same choices once led to a crash.
void Execution::cut_short() {
  stopping_ = true;
  result_.verdict = Verdict::crash;
}

std::uint64_t Execution::work(std::uint64_t left) {
  const std::uint64_t slice = scheduled_ ? processor_.slice(*running_, left, live_) : left;
  if (scheduled_) processor_.work(*running_, slice);
  now_ += slice;
  return slice;
}

void Execution::set_protocol(const ObjectHandle& lock, LockProtocol protocol, int ceiling) {
  all_locks_count_ = false;
  trace_.objects[lock.index].protocol = protocol;
  trace_.objects[lock.index].limit = ceiling;
}

// Taken while so many others are held.
void Execution::nest_lock(Event& event, std::uint32_t held) {
  if (held >= locks_told) all_locks_count_ = false;
  if (all_locks_count_) event.outer = running_->locks[held - 1];
}

// One that its holder took in between is taken off the list by those that it took later. A wait gives back its second object.
void Execution::forget_lock(ControlledThread& holder, const Event& event) {
  const Operation& operation = event.operation;
  const ObjectIndex lock = operation.kind == OperationKind::wait ? operation.second : operation.object;
  std::uint32_t at = std::min(holder.locks_held, locks_told - 1);
  for (ObjectIndex later = holder.locks[at]; later != lock && at > 0;) std::swap(holder.locks[--at], later);
}

void Execution::hold(const ObjectHandle& lock) {
  const ObjectInfo& info = trace_.objects[lock.index];
  if (scheduled_ && info.protocol != LockProtocol::none)
    processor_.hold(running_->index, lock.index, info.protocol, static_cast<int>(info.limit));
}

void Execution::let_go(const ObjectHandle& lock) {
  if (scheduled_) processor_.let_go(lock.index);
}

std::uint32_t Execution::choose_value(const Operation& operation, std::uint32_t options) {
  if (options < 2 || abandoning_) return 0;
  const auto step = static_cast<Step>(trace_.events.size() - 1);  // of the event whose effect asks
  const std::uint64_t digest =
      mix((std::uint64_t{options} << 8) + static_cast<std::uint64_t>(operation.kind)) + running_->identity;
  const ValueDecision decision{options, &operation, running_->index, step,
                               static_cast<std::uint32_t>(digest ^ (digest >> 32))};
  const std::uint32_t answer = strategy_->choose_value(decision);
  if (answer >= options) [[unlikely]] {
    result_.diverged = true;
    trace_.events.pop_back();  // what the event came to is not known
    stop_here();
    return 0;
  }
  schedule_.push_back({Choice::Kind::value, decision.check, answer, options, step});
  if (journal_ != nullptr && !journal_->add(schedule_.back())) [[unlikely]] {
    trace_.events.pop_back();
    cut_short();
    stop_here();
    return 0;
  }
  return answer;
}

bool Execution::choose_spurious(const Operation& operation) {
  if (spurious_left_ == 0 || choose_value(operation, 2) == 0) return false;
  --spurious_left_;
  return true;
}

// The event is complete: shows it to whoever watches. Each way out is the last call: there is nothing to come back for.
void Execution::commit(const Event& event) {
  ControlledThread& self = *running_;
  last_ = &self;
  if (!self.spin.put_off(event)) return look_for_spinning(self, event);
  if (spinners_ > 0) [[unlikely]]
    return follow_spinning(self, event, false);
  if (watched_) show(event);
}

void Execution::look_for_spinning(ControlledThread& self, const Event& event) {
  self.spin.catch_up(trace_.events);
  const bool repeats = self.spin.observe(event);
  if (repeats || spinners_ > 0 || self.was_held_back || run_with_.spinning == SpinRule::after_a_change) [[unlikely]]
    return follow_spinning(self, event, repeats);
  if (watched_) show(event);
}

void Execution::follow_spinning(ControlledThread& self, const Event& event, bool repeats) {
  const bool waits_for_change = run_with_.spinning == SpinRule::after_a_change;
  const bool spins = waits_for_change ? self.spin.looks_only() : repeats && run_with_.spinning != SpinRule::at_once;
  // The look of one that only looks, again, is no news to the others: two of them would keep each other going for ever.
  if (spinners_ > 0 && (waits_for_change || !spins || self.spin.writes())) [[unlikely]]
    release_spinners(self, event);
  if (self.was_held_back && (self.spin.left() || !spins)) [[unlikely]] {
    if (self.spin.left()) result_.polled_in_vain = true;
    self.was_held_back = false;
  }
  if (waits_for_change) [[unlikely]] {
    self.spins = spins;
    if (self.held_back > 0) {
      self.held_back = 0;
      --spinners_;
    }
  } else if (spins && self.held_back == 0) {
    self.held_back = self.spin.writes() ? next_pause(self) : 1;
    ++spinners_;
  }
  if (watched_) show(event);
}

// For how many steps of the others one that writes is held back: some rounds of its own. Where the rule allows it, other
// numbers from the second time on, and others for each thread: threads that get in each other's way in step can keep step
// through any pauses that are the same for all. The numbers follow from who it is and how often it was held back.
std::uint32_t Execution::next_pause(ControlledThread& self) {
  const std::uint32_t pauses = self.pauses++;
  std::uint32_t rounds = 3;
  if (pauses > 0 && run_with_.spinning == SpinRule::after_a_pause) {
    std::uint64_t mixed = (self.identity ^ pauses) * 0x9E3779B97F4A7C15U;
    mixed = (mixed ^ (mixed >> 32U)) * 0xD6E8FEB86659FD93U;
    rounds = 1 + static_cast<std::uint32_t>((mixed ^ (mixed >> 32U)) * 0xD6E8FEB86659FD93U >> 61U);
    trace_.paused = true;
    if (journal_ != nullptr) journal_->follow(SpinRule::after_a_pause);
  }
  return rounds * self.spin.period();
}

// The thread goes round again, unless what it looks at has changed already.
void Execution::await_change(ControlledThread& self) {
  self.spins = false;
  const Operation& operation = self.request.operation;
  if (!self.spin.expects(operation)) return;
  const std::optional<FoundAwait> found = find_await(trace_, self.index, self.spin.period(), operation);
  if (!found) return;
  self.await = static_cast<std::uint32_t>(trace_.awaits.size());
  trace_.awaits.push_back(found->await);
  self.was_held_back = true;
  if (found->changed) return;
  self.held_back = 1;
  ++spinners_;
}

// Held back in a timed wait, where it does not give up, but what it waits for has come.
bool Execution::woken(const ControlledThread& thread) const {
  const Request& request = thread.request;
  return run_with_.spinning == SpinRule::after_a_change && request.deadline != never && request.guard != nullptr &&
         request.guard(request.subject, thread);
}

// Another thread has done something: those held back come nearer to their turn.
void Execution::release_spinners(const ControlledThread& self, const Event& event) {
  if (run_with_.spinning == SpinRule::after_a_change) {
    for (ControlledThread* const thread : live_) {
      if (thread == &self || thread->held_back == 0 || !ends_await(trace_.awaits[thread->await], event)) continue;
      thread->held_back = 0;
      --spinners_;
    }
    return;
  }
  for (ControlledThread* const thread : live_)
    if (thread != &self && thread->held_back > 0 && --thread->held_back == 0) --spinners_;
}

void Execution::tell(const Event& event) {
  observe(event);
  if (stopping_ && !abandoning_) [[unlikely]]
    stop_here();
}

void Execution::observe(const Event& event) {
  if (narrator_ != nullptr) narrator_->record(event);
  if (!panel_.is_concerned(event)) return;
  const std::size_t before = result_.findings.size();
  panel_.show(event, Observation(trace_, clocks_, waits_), result_.findings);
  for (std::size_t i = before; i < result_.findings.size(); ++i)
    if (result_.findings[i].stops_execution) {
      stopping_ = true;
      result_.verdict = Verdict::finding;
    }
}

// Ends the run in the middle of the running thread: home abandons all threads, this one included.
void Execution::stop_here() {
  stopping_ = true;
  stopped_in_ = running_;
  Fiber::switch_to(running_->fiber, home_);
  refuse(*running_);
}

inline void Execution::go_to(ControlledThread& self, ControlledThread* next) {
  if (next == &self) return;
  if (next == nullptr) {
    Fiber::switch_to(self.fiber, home_);
    return;
  }
  running_ = next;
  Fiber::switch_to(self.fiber, next->fiber);
}

// The thread has ended: somebody else goes on.
void Execution::go_on_without(ControlledThread& self) { go_to(self, pick()); }

}  // namespace snag
