#include "harness/strategies/dpor.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace snag {

namespace {

constexpr std::uint32_t no_await = 0xffffffff;

bool touches(const dpor::Label& label, dpor::Name object) {
  for (std::size_t i = 0; i < label.size; ++i)
    if (label.object(i) == object) return true;
  return false;
}

}  // namespace

using dpor::fresh;
using dpor::Label;
using dpor::no_position;
using dpor::no_value;
using dpor::Position;
using dpor::StepName;
using dpor::Value;

DporStrategy::DporStrategy(std::uint32_t spurious_max, TimeModel time, CountRedundant count_redundant,
                           SpinRule spinning)
    : spinning_(spinning), time_(time), count_redundant_(count_redundant) {
  observed_.budget = spurious_max > 0;
}

// ---- The tree ------------------------------------------------------------------------------------------------------

bool DporStrategy::begin(std::uint64_t) {
  if (mismatch_ || finished_) return false;
  if (restarting_) restart();
  if (!advance()) {
    finished_ = true;
    return false;
  }
  log_.truncate(tree_.shared());
  return true;
}

// To the next path of the tree, or the first one of the next part.
bool DporStrategy::advance() {
  if (!has_task_) return tree_.advance();
  if (!done_.parts.empty() && tree_.advance()) return true;
  if (parts_.empty()) return false;
  if (!done_.parts.empty()) done_.parts.back() = tree_.hand_back();
  tree_.take_up(parts_.front(), above_);
  parts_.pop_front();
  done_.parts.emplace_back();
  return tree_.advance();
}

void DporStrategy::take_up(dpor::Task task) {
  has_task_ = true;
  above_ = std::move(task.above);
  parts_.assign(std::move_iterator(task.parts.begin()), std::move_iterator(task.parts.end()));
  done_ = {};
  names_.reset(task.names);
  observed_ = task.observed;
  spinning_ = task.spinning;
  restarting_ = finished_ = false;
  has_awaited_ = may_be_spurious_ = false;
  inexact_ = Inexact::no;
  events_max_ = 0;
  mismatch_.reset();
  counts_ = {};
  log_ = {};
  tree_ = {};
}

dpor::TaskResult DporStrategy::hand_back() {
  if (!done_.parts.empty()) done_.parts.back() = tree_.hand_back();
  done_.names = names_.table();
  done_.anew = restarting_;
  done_.observed = observed_;
  done_.spinning = spinning_;
  return std::move(done_);
}

// Something is observed that had been left out of labels: all that has been learnt is void.
void DporStrategy::restart() {
  restarting_ = false;
  preliminary_ += counts_.complete + counts_.deadlocked + counts_.cut_short;
  counts_ = {};
  seen_.clear();
  tree_ = {};
  log_ = {};
}

void DporStrategy::finish(const Ending& ending) {
  follow(static_cast<Step>(trace_->events.size()));
  pass_chosen();
  if (mismatch_) return;
  if (at_ < tree_.planned()) give_up_plan();
  place_late();
  for (const CutOff& one : cut_off_) log_.append_pending(one.step, one.enablers, one.until);
  for (const Option& option : ending.pending)
    if (is_step(*option.operation, option.thread) && !is_waiting(*option.operation, option.thread))
      log_.append_pending(pending_step(option), enablers_[option.thread], log_.size());
  events_max_ = std::max(events_max_, static_cast<Step>(trace_->events.size()));
  count(ending);
  if (!restarting_) analyse();
}

void DporStrategy::end(const Schedule&, Step) {}

// What daemons were about to do could have come before the program's end, but not after what follows it.
void DporStrategy::cut_off(std::span<const Option> able, std::span<const Option> unable) {
  follow(static_cast<Step>(trace_->events.size()));
  if (mismatch_) return;
  make_room();
  for (const Option& option : able) {
    if (!is_step(*option.operation, option.thread)) continue;
    cut_off_.push_back({pending_step(option), enablers_[option.thread], at_});
    cut_off_.back().step.before = 1;  // of a semaphore that nobody has touched
  }
  for (const Option& option : unable)
    if (is_step(*option.operation, option.thread) && !is_waiting(*option.operation, option.thread))
      cut_off_.push_back({pending_step(option), enablers_[option.thread], at_});
}

dpor::Step DporStrategy::pending_step(const Option& option) {
  const Operation& operation = *option.operation;
  dpor::Step step{.label = label_of(operation, option.thread), .kind = operation.kind};
  note_awaited(step, option.thread);
  step.limit = limit_of(operation);
  step.value_depends = operation.kind == OperationKind::notify_one || observed_.budget;
  return step;
}

// Who only waits, or stands in the queue of a condition variable, cannot go on, whoever gives way.
bool DporStrategy::is_waiting(const Operation& operation, ThreadIndex thread) {
  switch (operation.kind) {
    case OperationKind::join:
    case OperationKind::event_resume:
    case OperationKind::atomic_resume: return operation.argument == 0;
    case OperationKind::latch_wait:
    case OperationKind::barrier_wait:
    case OperationKind::future_wait: return true;
    case OperationKind::reacquire: break;
    default: return false;
  }
  const std::vector<Waiter>& waiters = use_of(operation.second).waiters;
  return std::ranges::any_of(waiters, [&](const Waiter& waiter) { return waiter.thread == thread; });
}

void DporStrategy::count(const Ending& ending) {
  ++(ending.verdict == Verdict::passed     ? counts_.complete
     : ending.verdict == Verdict::deadlock ? counts_.deadlocked
                                           : counts_.cut_short);
  if (blocked_) ++counts_.blocked;
  if (count_redundant_ == CountRedundant::yes && !seen_.insert(log_.digest()).second) ++counts_.redundant;
}

// Plans what the races ask for, those that part earliest first.
void DporStrategy::analyse() {
  const std::span<dpor::Race> races = log_.races();
  unsettled_.clear();
  for (std::uint32_t i = 0; i < races.size(); ++i)
    if (!races[i].settled) unsettled_.push_back(i);
  std::ranges::stable_sort(unsettled_, {}, [&](std::uint32_t i) { return races[i].first; });
  for (const std::uint32_t i : unsettled_) {
    log_.wish_for(races[i], wish_);
    races[i].settled = tree_.insert(races[i].first, wish_);
  }
}

// ---- Following an execution ----------------------------------------------------------------------------------------

void DporStrategy::watch(const Trace& trace) {
  trace_ = &trace;
  names_.begin(trace);
  next_ = 0;
  at_ = 0;
  blocked_ = false;
  asked_ = {};
  next_await_ = next_lull_ = 0;
  std::ranges::fill(last_events_, no_step);
  std::ranges::fill(ends_, no_step);
  std::ranges::fill(steps_, 0U);
  std::ranges::fill(awaiting_, no_await);
  std::ranges::fill(awaits_, 0U);
  std::ranges::fill(leaves_at_once_, std::uint8_t{0});
  for (std::vector<StepName>& enablers : enablers_) enablers.clear();
  for (Use& use : uses_) use.clear();
  chosen_.clear();
  cut_off_.clear();
  has_daemons_ = has_ended_ = false;
}

// What the thread's operation may touch. Whether a join finds that the other thread has ended, and so is no scheduling
// point, shows where the time or who is alive does. The program's end depends on all that daemons do.
Accesses DporStrategy::accesses_of(const Operation& operation, ThreadIndex thread) const {
  const Accesses own = snag::accesses_of(operation, observed_);
  const bool ends = is_end(operation);
  const bool ended = trace_->threads[thread].daemon && !own.empty();
  if (!observed_.lives && !observed_.clock && !ends && !ended) return own;
  const bool joins = is_joiner(thread);
  Accesses accesses;
  for (const Access& access : own) {
    const bool shows = access.place == lives_place || access.place == clock_place;
    accesses.add(access.place, access.write || (shows && joins) || (access.place == lives_place && ends));
  }
  if (!observed_.lives && (ends || ended)) accesses.add(lives_place, ends);
  return accesses;
}

// Whether it is the program's end, where that shows: once a daemon has been started.
bool DporStrategy::is_end(const Operation& operation) const {
  return operation.kind == OperationKind::join && operation.target == no_thread && has_daemons_;
}

bool DporStrategy::is_step(const Operation& operation, ThreadIndex thread) const {
  return !accesses_of(operation, thread).empty();
}

// A thread that joins one that has ended by then goes on at once, and asks nobody.
bool DporStrategy::is_noted(const Event& join) const {
  const ThreadIndex target = join.operation.target;
  return target != no_thread && ends_[target] != no_step && ends_[target] < last_events_[join.thread];
}

bool DporStrategy::is_joiner(ThreadIndex thread) const {
  const std::uint16_t name = names_.known_thread(thread);
  return name != no_thread && !observed_.joiners.empty() &&
         std::ranges::find(observed_.joiners, names_.identity(name)) != observed_.joiners.end();
}

// As long as nobody sees when a thread goes on, nobody sees whether it had to wait.
void DporStrategy::notice_joiner(ThreadIndex thread) {
  if (!observed_.lives && !observed_.clock) return;
  const std::uint64_t identity = names_.identity(names_.thread(thread));
  if (is_joiner(thread)) return;
  observed_.joiners.push_back(identity);
  restarting_ = true;
}

Label DporStrategy::label_of(const Operation& operation, ThreadIndex thread) {
  Label label;
  label.thread = names_.thread(thread);
  label.chooses_thread = operation.kind == OperationKind::notify_one;
  for (const Access& access : accesses_of(operation, thread)) label.touch(names_.object(access.place), access.write);
  for (const ObjectIndex place : awaited_by(thread))
    if (!touches(label, names_.object(place))) label.touch(names_.object(place), false);
  return label;
}

std::int64_t DporStrategy::limit_of(const Operation& operation) const {
  const bool has_limit = operation.kind == OperationKind::put || operation.kind == OperationKind::barrier_enter;
  return has_limit ? trace_->objects[operation.object].limit : 0;
}

// What the thread's next event waits to see changed.
std::span<const ObjectIndex> DporStrategy::awaited_by(ThreadIndex thread) const {
  if (thread >= awaiting_.size() || awaiting_[thread] == no_await) return {};
  const Await& await = trace_->awaits[awaiting_[thread]];
  return {await.places.data(), await.count};
}

DporStrategy::Use& DporStrategy::use_of(ObjectIndex object) {
  if (object >= uses_.size()) uses_.resize(object + 1);
  return uses_[object];
}

std::size_t DporStrategy::choose_thread(const ThreadDecision& decision) {
  if (decision.step > events_without_spinning_max && spinning_ == SpinRule::at_once) {
    spinning_ = SpinRule::after_a_change;
    restarting_ = true;
    ++preliminary_;
    return refuse;
  }
  follow(decision.step);
  if (mismatch_) return refuse;
  // What only waits, and may go on now, goes at once: nobody sees when.
  for (std::size_t i = 0; i < decision.options.size(); ++i)
    if (!is_step(*decision.options[i].operation, decision.options[i].thread)) return i;
  pass_chosen();
  if (at_ < tree_.planned()) {
    const ThreadIndex wanted = names_.index_of(tree_.label(at_).thread);
    for (std::size_t i = 0; i < decision.options.size(); ++i)
      if (decision.options[i].thread == wanted) return i;
    give_up_plan();
    if (mismatch_) return refuse;
  }
  const std::size_t first = default_of(decision);
  if (!tree_.anybody_asleep()) return first;
  place_late();
  for (std::size_t i = 0; i < decision.options.size(); ++i) {
    const std::size_t next = (first + i) % decision.options.size();
    if (!tree_.asleep(label_of(*decision.options[next].operation, decision.options[next].thread))) return next;
  }
  blocked_ = true;
  return first;
}

// Who goes on beyond the plan: whoever runs; else who has spun least, so that those for whom others wait have their turn.
// Daemons come last: they may have no end.
std::size_t DporStrategy::default_of(const ThreadDecision& decision) const {
  std::size_t best = 0;
  const auto awaits = [&](std::size_t option) {
    const ThreadIndex thread = decision.options[option].thread;
    return (thread < awaits_.size() ? std::uint64_t{awaits_[thread]} : 0) +
           (trace_->threads[thread].daemon ? std::uint64_t{1} << 32 : 0);
  };
  for (std::size_t i = 0; i < decision.options.size(); ++i) {
    if (decision.options[i].thread == decision.current && awaits(i) == 0) return i;
    if (awaits(i) < awaits(best)) best = i;
  }
  return best;
}

std::uint32_t DporStrategy::choose_value(const ValueDecision& decision) {
  follow(decision.step);
  if (mismatch_) return refuse;
  const std::uint16_t thread = names_.thread(decision.thread);
  asked_ = {0, decision.options};
  if (decision.operation->kind == OperationKind::choose) {
    // Planned with the thread's next label, which may come later on the path.
    for (Position position = at_; position < tree_.planned(); ++position) {
      const Label& label = tree_.label(position);
      const bool taken = std::ranges::any_of(chosen_, [&](const Chosen& one) { return one.position == position; });
      if (label.thread != thread || taken) continue;
      if (label.size == 0 && label.value < decision.options) asked_.value = label.value;
      break;
    }
    return asked_.value;
  }
  pass_chosen();
  const Value planned = at_ < tree_.planned() && tree_.label(at_).thread == thread ? tree_.label(at_).value : no_value;
  if (planned == no_value || planned == fresh) return asked_.value;
  if (decision.operation->kind != OperationKind::notify_one) {
    if (planned < decision.options) asked_.value = planned;
    return asked_.value;
  }
  const std::vector<ThreadIndex> waiters = waiters_by_identity(decision.operation->object);
  for (std::uint32_t i = 0; i < waiters.size() && i < decision.options; ++i)
    if (names_.thread(waiters[i]) == planned) return i;
  return 0;
}

std::vector<ThreadIndex> DporStrategy::waiters_by_identity(ObjectIndex object) {
  std::vector<ThreadIndex> threads;
  for (const Waiter& waiter : use_of(object).waiters) threads.push_back(waiter.thread);
  std::ranges::sort(threads, {}, [&](ThreadIndex thread) { return names_.identity(names_.thread(thread)); });
  return threads;
}

void DporStrategy::follow(Step until) {
  for (; next_ < until; ++next_) {
    follow_spinning(next_);
    take_end();
    const Event& event = trace_->events[next_];
    if (event.phase != Phase::done) continue;
    take(event);
    last_events_[event.thread] = event.step;
  }
  follow_spinning(until);
  take_end();
}

// The body has ended where no daemon was left: a step as it is where some are.
void DporStrategy::take_end() {
  if (has_ended_ || trace_->body_ended > next_) return;
  has_ended_ = true;
  if (!has_daemons_) return;
  make_room();
  take_join({.operation = {.kind = OperationKind::join}, .step = next_});
}

// Threads that wait for a change from here on; and lulls, which everything after them follows.
void DporStrategy::follow_spinning(Step until) {
  for (; next_await_ < trace_->awaits.size() && trace_->awaits[next_await_].step <= until; ++next_await_) {
    const ThreadIndex thread = trace_->awaits[next_await_].thread;
    make_room();
    awaiting_[thread] = static_cast<std::uint32_t>(next_await_);
    ++awaits_[thread];
    has_awaited_ = true;
  }
  for (; next_lull_ < trace_->lulls.size() && trace_->lulls[next_lull_] <= until; ++next_lull_)
    for (ThreadIndex thread = 0; thread < steps_.size(); ++thread)
      for (ThreadIndex other = 0; other < steps_.size(); ++other)
        if (other != thread) enable(thread, other);
}

void DporStrategy::make_room() {
  const std::size_t threads = trace_->threads.size();
  if (steps_.size() >= threads) return;
  last_events_.resize(threads, no_step);
  ends_.resize(threads, no_step);
  steps_.resize(threads, 0);
  enablers_.resize(threads);
  awaiting_.resize(threads, no_await);
  awaits_.resize(threads, 0);
  leaves_at_once_.resize(threads, 0);
}

void DporStrategy::notice(const Operation& operation) {
  const bool clock = observed_.clock;
  const bool lives = observed_.lives;
  observe(observed_, operation);
  if (observed_.clock != clock || observed_.lives != lives) restarting_ = true;
  may_be_spurious_ = may_be_spurious_ || snag::may_be_spurious(operation);
  if (inexact_ != Inexact::no) return;
  if (operation.kind == OperationKind::set_priority || operation.kind == OperationKind::work)
    inexact_ = Inexact::priorities;
  if (time_ == TimeModel::ideal && operation.kind != OperationKind::sleep && is_timed(operation))
    inexact_ = Inexact::timed_in_ideal_time;
}

void DporStrategy::take(const Event& event) {
  const Operation& operation = event.operation;
  make_room();
  notice(operation);
  switch (operation.kind) {
    case OperationKind::spawn:
      has_daemons_ = has_daemons_ || trace_->threads[operation.target].daemon;
      if (trace_->threads[event.thread].daemon && !trace_->threads[operation.target].daemon)
        inexact_ = Inexact::daemons;
      enablers_[operation.target] = enablers_[event.thread];
      enable(operation.target, event.thread);
      return;
    case OperationKind::end: ends_[event.thread] = event.step; return;
    case OperationKind::join: take_join(event); return;
    case OperationKind::choose: take_choose(event); return;
    case OperationKind::latch_wait:
    case OperationKind::future_wait: {
      const std::vector<StepName>& by = use_of(operation.object).enablers;
      enablers_[event.thread].insert(enablers_[event.thread].end(), by.begin(), by.end());
      if (is_step(operation, event.thread)) take_step(event);
      return;
    }
    case OperationKind::barrier_wait: {
      const Use& use = use_of(operation.object);
      for (std::size_t i = 0; i < use.enablers.size(); ++i)
        if (use.phases[i] == operation.argument) enablers_[event.thread].push_back(use.enablers[i]);
      if (is_step(operation, event.thread)) take_step(event);
      return;
    }
    case OperationKind::arrive:
    case OperationKind::arrive_and_drop: arrive(event); return;
    case OperationKind::count_down:
      // More than the latch counts: those that find it open have opened it for nobody.
      if (static_cast<std::int64_t>(event.after) < 0 && !observed_.arrivals) observed_.arrivals = restarting_ = true;
      take_step(event);
      if (static_cast<std::int64_t>(event.before) > 0)
        use_of(operation.object).enablers.push_back({names_.thread(event.thread), steps_[event.thread]});
      return;
    case OperationKind::set_result: {
      take_step(event);
      if (!event.success) return;  // it was refused
      use_of(operation.object).enablers.push_back({names_.thread(event.thread), steps_[event.thread]});
      return;
    }
    case OperationKind::wait: {
      const bool timed = operation.argument != 0 || asked_.value == 1;
      take_step(event);
      use_of(operation.object).waiters.push_back({event.thread, timed});
      return;
    }
    case OperationKind::atomic_wait:
    case OperationKind::event_wait:
      take_step(event);
      if (!event.success) use_of(operation.object).waiters.push_back({event.thread, operation.argument != 0});
      return;
    case OperationKind::resume:
    case OperationKind::event_resume:
      if (is_step(operation, event.thread)) take_step(event);
      if (!event.success)
        std::erase_if(use_of(operation.object).waiters,
                      [&](const Waiter& waiter) { return waiter.thread == event.thread; });
      return;
    case OperationKind::barrier_enter:
      take_step(event);
      leaves_at_once_[event.thread] =
          event.success && static_cast<std::int64_t>(event.after) == limit_of(operation) ? 1 : 0;
      return;
    case OperationKind::barrier_leave:
      if (std::exchange(leaves_at_once_[event.thread], std::uint8_t{0}) == 0) take_step(event);
      return;
    case OperationKind::barrier_abort:
      take_step(event);
      leaves_at_once_[event.thread] = 0;
      return;
    case OperationKind::notify_one:
      take_step(event);
      if (operation.target != no_thread) wake(use_of(operation.object), operation.target, event.thread);
      return;
    case OperationKind::notify_all:
    case OperationKind::event_set: {
      take_step(event);
      Use& use = use_of(operation.object);
      while (!use.waiters.empty()) wake(use, use.waiters.back().thread, event.thread);
      return;
    }
    default:
      if (is_step(operation, event.thread)) take_step(event);
      return;
  }
}

// What ends after a deadline need not follow the other's end.
void DporStrategy::take_join(const Event& event) {
  const Operation& operation = event.operation;
  const bool takes_step = !is_noted(event) && is_step(operation, event.thread);
  if (!is_end(operation)) notice_joiner(event.thread);
  if (takes_step && operation.argument != 0) take_step(event);
  if (event.success && operation.target != no_thread) follow_thread(event.thread, operation.target);
  if (event.success && operation.target == no_thread)
    for (ThreadIndex thread = 1; thread < trace_->threads.size(); ++thread)
      if (!trace_->threads[thread].daemon) follow_thread(event.thread, thread);
  if (takes_step && operation.argument == 0) take_step(event);
}

// The thread's next step follows the other's last so far.
void DporStrategy::enable(ThreadIndex thread, ThreadIndex by) {
  if (steps_[by] > 0) enablers_[thread].push_back({names_.thread(by), steps_[by]});
}

void DporStrategy::follow_thread(ThreadIndex thread, ThreadIndex ended) {
  if (thread == ended) return;
  enable(thread, ended);
  enablers_[thread].insert(enablers_[thread].end(), enablers_[ended].begin(), enablers_[ended].end());
}

void DporStrategy::wake(Use& use, ThreadIndex thread, ThreadIndex by) {
  const auto waiter = std::ranges::find(use.waiters, thread, &Waiter::thread);
  if (waiter == use.waiters.end()) return;
  if (!waiter->timed) enable(thread, by);
  use.waiters.erase(waiter);
}

// Arrivals of one phase commute, as long as nobody can see which was the last.
void DporStrategy::arrive(const Event& event) {
  const bool is_note = event.operation.argument == 0;  // the completion function has returned
  const std::uint64_t phase = event.before;
  if (is_note && !observed_.arrivals) observed_.arrivals = restarting_ = true;
  Use& use = use_of(event.operation.object);
  if (!is_note) {
    take_step(event);
    // Who arrives in the next phase must have left this one, or it could have been in it.
    for (std::size_t i = 0; i < use.enablers.size() && at_ > tree_.shared() && !observed_.arrivals; ++i)
      if (use.phases[i] + 1 == phase && !log_.ordered(use.enablers[i], at_ - 1))
        observed_.arrivals = restarting_ = true;
  }
  use.enablers.push_back({names_.thread(event.thread), steps_[event.thread]});
  use.phases.push_back(phase);
}

// ---- Steps ---------------------------------------------------------------------------------------------------------

void DporStrategy::take_step(const Event& event) {
  ++steps_[event.thread];
  pass_chosen();
  const Asked asked = std::exchange(asked_, {});
  const std::uint16_t thread = names_.thread(event.thread);
  if (at_ < tree_.shared()) {
    if (tree_.label(at_).thread != thread) {
      mismatch_ = event.step;
      return;
    }
    ++at_;
    enablers_[event.thread].clear();
    awaiting_[event.thread] = no_await;
    return;
  }
  dpor::Step step{.label = label_of(event.operation, event.thread),
                  .kind = event.operation.kind,
                  .success = event.success,
                  .before = event.before,
                  .after = event.after,
                  .argument = event.operation.argument};
  step.limit = limit_of(event.operation);
  note_changes(step, event);
  awaiting_[event.thread] = no_await;
  alternatives_.clear();
  if (event.operation.kind == OperationKind::notify_one) {
    step.value_depends = true;
    if (event.operation.target != no_thread) step.label.value = names_.thread(event.operation.target);
    for (const Waiter& waiter : use_of(event.operation.object).waiters)
      if (waiter.thread != event.operation.target) alternatives_.push_back(names_.thread(waiter.thread));
  } else {
    step.value_depends = observed_.budget;
    step.label.value = asked.value;
    for (Value value = 0; value < asked.options; ++value)
      if (value != asked.value) alternatives_.push_back(value);
  }
  place(step, event.thread);
}

// Which places of the step others may find changed, and of which the thread itself waited for a change.
void DporStrategy::note_changes(dpor::Step& step, const Event& event) {
  std::size_t place = 0;
  for (const Access& access : accesses_of(event.operation, event.thread)) {
    if (changes(event, access.place)) step.changed |= static_cast<std::uint16_t>(1U << place);
    ++place;
  }
  step.own = static_cast<std::uint8_t>(place);
  note_awaited(step, event.thread);
}

void DporStrategy::note_awaited(dpor::Step& step, ThreadIndex thread) {
  for (const ObjectIndex awaited : awaited_by(thread))
    for (std::size_t i = 0; i < step.label.size; ++i)
      if (step.label.object(i) == names_.object(awaited)) step.awaited |= static_cast<std::uint16_t>(1U << i);
}

// Puts a step at its place on the path: as planned, or beyond the plan.
void DporStrategy::place(const dpor::Step& step, ThreadIndex thread) {
  if (mismatch_) return;
  if (at_ < tree_.planned() &&
      (tree_.label(at_).thread != step.label.thread || !tree_.label(at_).same_places(step.label)))
    give_up_plan();
  if (at_ < tree_.planned()) {
    tree_.bind(at_, step.label.value);
  } else {
    place_late();
    if (tree_.anybody_asleep() && tree_.asleep(step.label)) blocked_ = true;
    tree_.extend(step.label);
  }
  log_.append(step, enablers_[thread], alternatives_);
  enablers_[thread].clear();
  ++at_;
}

void DporStrategy::take_choose(const Event& event) {
  const Asked asked = std::exchange(asked_, {});
  if (asked.options < 2) return;
  ++steps_[event.thread];
  const std::uint16_t thread = names_.thread(event.thread);
  Chosen chosen{no_position, {}, asked.options, std::exchange(enablers_[event.thread], {})};
  chosen.step.kind = OperationKind::choose;
  chosen.step.label.thread = thread;
  chosen.step.label.value = asked.value;
  for (Position position = at_; position < tree_.planned(); ++position) {
    const bool taken = std::ranges::any_of(chosen_, [&](const Chosen& one) { return one.position == position; });
    if (tree_.label(position).thread != thread || taken) continue;
    if (tree_.label(position).size != 0)
      mismatch_ = event.step;
    else
      chosen.position = position;
    break;
  }
  chosen_.push_back(std::move(chosen));
}

// Goes past steps of the path that are choices already made.
void DporStrategy::pass_chosen() {
  while (!chosen_.empty() && at_ < tree_.planned()) {
    const auto chosen = std::ranges::find(chosen_, at_, &Chosen::position);
    if (chosen == chosen_.end()) return;
    if (at_ >= tree_.shared()) {
      tree_.bind(at_, chosen->step.label.value);
      place_chosen(*chosen);
    }
    chosen_.erase(chosen);
    ++at_;
  }
}

void DporStrategy::place_chosen(const Chosen& chosen) {
  alternatives_.clear();
  for (Value value = 0; value < chosen.options; ++value)
    if (value != chosen.step.label.value) alternatives_.push_back(value);
  log_.append(chosen.step, chosen.enablers, alternatives_);
}

// Choices made before the plan's end and not planned come right after it.
void DporStrategy::place_late() {
  if (chosen_.empty()) return;
  const std::vector<Value> alternatives = alternatives_;
  for (const Chosen& chosen : chosen_) {
    tree_.extend(chosen.step.label);
    place_chosen(chosen);
    ++at_;
  }
  chosen_.clear();
  alternatives_ = alternatives;
}

// The plan asks for something that cannot be done here. What the executions before shared must fit.
void DporStrategy::give_up_plan() {
  if (at_ < tree_.shared()) {
    mismatch_ = next_;
    return;
  }
  ++counts_.misplanned;
  tree_.cut(at_);
}

}  // namespace snag
