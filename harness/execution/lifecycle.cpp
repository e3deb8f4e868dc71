// How a run begins, how threads begin and end, and how a run is abandoned in the middle: each live thread is
// resumed with an exception that unwinds it; where that meets a noexcept frame the terminate handler parks
// the fiber for good and its stack starts anew.
#include "harness/execution/execution.h"
#include "harness/execution/front_end.h"
#include "harness/execution/livelock.h"
#include "harness/trace/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

#ifdef SNAG_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace __cxxabiv1 {
extern "C" void __cxa_end_catch();
}

namespace snag {

namespace {

constexpr std::uint32_t refusals_max = 100;           // Abandoned thrown again after a catch (...)
constexpr std::uint32_t quiet_refusals_max = 10'000;  // operations of destructors while unwinding

bool others_have_ended(const void* foreground, const ControlledThread&) {
  return *static_cast<const std::uint32_t*>(foreground) == 0;
}

// The next action of the thread's end, of stages up to `last`.
std::optional<std::function<void()>> take_exit_action(ControlledThread& thread, ExitStage last) {
  for (std::size_t stage = 0; stage <= static_cast<std::size_t>(last); ++stage) {
    auto& actions = thread.at_exit[stage];
    if (actions.empty()) continue;
    std::optional action(std::move(actions.back()));
    actions.pop_back();
    --thread.exit_actions;
    return action;
  }
  return std::nullopt;
}

// What a parked thread was called with is left behind, as what stands on its stack is.
void excuse_leaks_of(const ControlledThread& thread) {
  thread.fiber.excuse_leaks();
#ifdef SNAG_ADDRESS_SANITIZER
  for (std::size_t at = 0; at < sizeof thread.storage; at += sizeof(void*)) {
    const void* const word = *reinterpret_cast<void* const*>(thread.storage + at);
    if (word != nullptr && __sanitizer_get_ownership(word) != 0) __lsan_ignore_object(word);
  }
#endif
}

// Out of line, as what grows: it is done once, and the rest for each thread of each execution.
[[gnu::noinline, gnu::cold]] void add_thread(std::vector<std::unique_ptr<ControlledThread>>& threads,
                                             std::size_t stack_size, void (*entry)(void*)) {
  threads.push_back(std::make_unique<ControlledThread>(static_cast<ThreadIndex>(threads.size()), stack_size, entry));
}

[[gnu::noinline, gnu::cold]] void make_room(std::vector<ControlledThread*>& live, std::vector<Option>& options,
                                            std::vector<ControlledThread*>& able) {
  const std::size_t room = 2 * options.size() + 8;
  live.reserve(room);
  options.resize(room);
  able.resize(room);
}

std::terminate_handler previous_terminate_handler = nullptr;

}  // namespace

Execution::Execution(const ExecutionOptions& options) : run_with_(options), float_control_(float_control()) {
  trace_.events.reserve(1024);
  schedule_.reserve(256);
  const std::terminate_handler before = std::set_terminate(&Execution::terminated);
  if (before != &Execution::terminated) previous_terminate_handler = before;
}

Execution::~Execution() = default;

void Execution::refuse_outside(const char* what) {
  throw UsageError(fmt::format(
      "{} was used outside an execution: create and use it inside a scenario's body (or what the body calls), "
      "not in a global, and run the body with `snag run` or `snag explore`",
      what));
}

void Execution::refuse_stale(const char* what) {
  throw UsageError(fmt::format(
      "{} was used on an object that is gone, or was made in another execution: objects must not outlive the "
      "scenario's body; "
      "keep them in its local variables, not in globals or statics",
      what));
}

namespace {

void check_scheduling(const Scenario& scenario) {
  if (!scenario.scheduling) return;
  if (scenario.time != TimeModel::ideal)
    throw UsageError(fmt::format(
        "{} asks for scheduling by priority, which needs time that passes only when threads work or all wait: "
        "set its time to TimeModel::ideal (\"time\": \"ideal\" in scenario.json)",
        scenario.name));
  if (scenario.scheduling->policy == Policy::non_preemptive && scenario.scheduling->quantum > 0)
    throw UsageError(fmt::format(
        "{} asks for a quantum without preemption: its end is a preemption. Take Policy::preemptive, or no quantum",
        scenario.name));
}

}  // namespace

ExecutionResult Execution::run(const Scenario& scenario, Strategy& strategy,
                               std::span<const std::unique_ptr<Checker>> checkers, Narrator* narrator) {
  if (current_ != nullptr) throw UsageError("an execution was started inside another: run scenarios one at a time");
  check_scheduling(scenario);
  if (const OwnProcess* const process = own_process_of(scenario))
    return run_apart(*process, scenario, strategy, checkers, narrator);
  return run_here(scenario, strategy, checkers, narrator);
}

ExecutionResult Execution::run_here(const Scenario& scenario, Strategy& strategy,
                                    std::span<const std::unique_ptr<Checker>> checkers, Narrator* narrator) {
  strategy_ = &strategy;
  narrator_ = narrator;
  run_with_.spinning = strategy.spinning().value_or(run_with_.spinning);
  begin(scenario, checkers);
  strategy.watch(trace_);

  running_ = nullptr;
  ControlledThread& body = create_thread();
  if (scenario.front_end != nullptr) scenario.front_end->begin(*this);
  current_ = this;
  body.invoke = [](void* self) { static_cast<const Scenario*>(self)->body(); };
  body.discard = nullptr;
  body.callable = const_cast<Scenario*>(&scenario);
  body.state = ControlledThread::State::live;
  running_ = last_ = &body;
  Fiber::switch_to(home_, body.fiber);
  if (cutting_off_) {
    cut_off_daemons();
    Fiber::switch_to(home_, body.fiber);
  }

  if (!result_.diverged) tell_ending();
  if (apart_)
    drop_threads();
  else if (!live_.empty() || stopping_)
    abandon();
  if (has_unwound_) restart_parked();
  if (result_.verdict != Verdict::finding && !result_.diverged && !panel_.empty())
    panel_.finish({result_.verdict, static_cast<Step>(trace_.events.size())}, Observation(trace_, clocks_, waits_),
                  result_.findings);
  running_ = nullptr;
  current_ = nullptr;
  set_float_control(float_control_);
  if (scenario.front_end != nullptr) scenario.front_end->end(*this);
  if (usage_error_) std::rethrow_exception(std::exchange(usage_error_, nullptr));
  return std::move(result_);
}

void Execution::begin(const Scenario& scenario, std::span<const std::unique_ptr<Checker>> checkers) {
  scenario_ = &scenario;
  result_ = {};
  processor_.begin(scenario.scheduling);
  scheduled_ = processor_.in_use();
  trace_.events.clear();
  trace_.threads.clear();
  trace_.objects.clear();
  trace_.texts.clear();
  trace_.awaits.clear();
  trace_.lulls.clear();
  trace_.body_ended = no_step;
  trace_.paused = false;
  failing_ = false;
  trace_.scheduling = scenario.scheduling;
  trace_.starved_after_grants = scenario.starved_after_grants;
  schedule_.clear();
  if (journal_ != nullptr) journal_->begin(rule_followed(trace_, run_with_.spinning));
  live_.clear();
  object_identities_.clear();
  if (!objects_at_.empty()) objects_at_.clear();
  now_ = 0;
  serial_ = ++serials_;
  thread_count_ = newborns_ = spinners_ = foreground_ = 0;
  spurious_left_ = run_with_.spurious_max;
  stopping_ = has_unwound_ = cutting_off_ = false;
  all_locks_count_ = true;
  stopped_in_ = nullptr;
  panel_.begin(checkers, scheduled_ ? Interest::Executions::scheduled : Interest::Executions::all);
  watched_ = !checkers.empty() || narrator_ != nullptr;
  if (!checkers.empty()) {
    clocks_.begin();
    waits_.begin();
  }
}

// Before threads are abandoned: the strategy may look at what they were about to do.
void Execution::tell_ending() {
  std::size_t pending = 0;
  for (const ControlledThread* const thread : live_)
    if (thread->state == ControlledThread::State::live && thread != stopped_in_) options_[pending++] = thread->option;
  strategy_->finish({result_.verdict, {options_.data(), pending}});
}

// Before daemons are cut off: likewise.
void Execution::tell_cut_off() {
  if (options_.size() < live_.size()) options_.resize(live_.size());
  std::size_t able = 0;
  std::size_t pending = 0;
  for (const bool wanted : {true, false}) {
    for (const ControlledThread* const thread : live_)
      if (thread->index != 0 && enabled(*thread) == wanted)
        options_[pending++] = {thread->index, &thread->request.operation};
    if (wanted) able = pending;
  }
  strategy_->cut_off({options_.data(), able}, {options_.data() + able, pending - able});
}

std::size_t Execution::stack_size() const {
  const bool by_default = run_with_.stack_size == stack_size_default && scenario_->front_end != nullptr;
  return by_default ? scenario_->front_end->stack_size : run_with_.stack_size;
}

ControlledThread& Execution::create_thread() {
  if (thread_count_ >= no_thread) throw UsageError("an execution can have at most 65,534 threads");
  if (thread_count_ == threads_.size()) add_thread(threads_, stack_size(), &Execution::fiber_main);
  ControlledThread& thread = *threads_[thread_count_++];
  if (apart_) thread.fiber.restart();
  ThreadInfo& info = trace_.threads.emplace_back();
  if (running_ != nullptr && thread_count_ > 1) {
    info.parent = running_->index;
    info.nth = running_->spawns++;
    thread.identity = child_identity(running_->identity, info.nth, salt_of_threads);
  } else {
    thread.identity = identity_of_body;
  }
  thread.spin.begin(run_with_.spinning == SpinRule::after_a_change ? SpinDetector::Question::looks_only
                                                                   : SpinDetector::Question::repeats);
  static_cast<ThreadProgress&>(thread) = {};
  thread.fiber.inherit_rounding();
  thread.unfinished = thread.index;
  thread.callable = nullptr;
  thread.state = ControlledThread::State::newborn;
  if (live_.size() == options_.size()) make_room(live_, options_, able_);
  live_.push_back(&thread);
  return thread;
}

ThreadIndex Execution::spawn(ControlledThread& thread, const void* place) {
  ++newborns_;
  if (!thread.daemon) ++foreground_;
  trace_.threads[thread.index].daemon = thread.daemon;
  note({.kind = OperationKind::spawn, .target = thread.index, .place = place});
  return thread.index;
}

ObjectHandle Execution::create_object(ObjectKind kind, ValueKind value, std::int64_t limit) {
  return add_object(kind, value, limit, *running_, running_->creations++);
}

ObjectHandle Execution::create_object_of(ThreadIndex creator, std::uint32_t nth, ObjectKind kind, ValueKind value) {
  return add_object(kind, value, 0, *threads_[creator], nth);
}

// Numbered apart: who comes first to an address may depend on the schedule, and must not change the other numbers.
ObjectAtAddress& Execution::object_at(const void* address, ObjectKind kind, ValueKind value) {
  constexpr std::uint32_t first_number = 1U << 31;
  const auto [entry, is_new] = objects_at_.try_emplace(address);
  if (is_new)
    entry->second.handle = add_object(kind, value, 0, *running_, first_number + running_->creations_at_addresses++);
  return entry->second;
}

ObjectHandle Execution::add_object(ObjectKind kind, ValueKind value, std::int64_t limit,
                                   const ControlledThread& creator, std::uint32_t nth) {
  const auto index = static_cast<ObjectIndex>(trace_.objects.size());
  ObjectInfo& info = trace_.objects.emplace_back();
  info.kind = kind;
  info.value = value;
  info.limit = limit;
  info.creator = creator.index;
  info.nth = nth;
  object_identities_.push_back(child_identity(creator.identity, info.nth, 2 + static_cast<std::uint64_t>(kind)));
  panel_.meet(kind);
  if (kind == ObjectKind::recursive_mutex || kind == ObjectKind::shared_mutex || kind == ObjectKind::lock)
    all_locks_count_ = false;
  return {index, serial_};
}

std::vector<ThreadIndex> Execution::threads_alive() const {
  std::vector<ThreadIndex> alive;
  for (const ControlledThread* const thread : live_)
    if (thread->index == 0 || thread->unfinished != no_thread) alive.push_back(thread->index);
  return alive;
}

void Execution::set_name(const ObjectHandle& object, std::string_view name) {
  if (object.serial == serial_) trace_.objects[object.index].name = name;
}

void Execution::destroy_object(const ObjectHandle& object, bool in_use, std::uint64_t waiters, const void* place) {
  if (object.serial != serial_ || abandoning_) return;
  Operation operation{.kind = OperationKind::destroy, .object = object.index, .argument = waiters, .place = place};
  for (const ControlledThread* const thread : live_) {
    if (thread == running_ || thread->state != ControlledThread::State::live) continue;
    // A notified thread leaves a condition variable without touching it: it may be gone by then.
    const Operation& next = thread->request.operation;
    const bool touched = (next.object == object.index && next.kind != OperationKind::resume) ||
                         (next.second == object.index && next.kind != OperationKind::reacquire);
    if (touched) operation.target = thread->index;
  }
  if (in_use || operation.target != no_thread) note(operation);
}

std::uint64_t Execution::add_text(std::string text) {
  trace_.texts.push_back(std::move(text));
  return trace_.texts.size() - 1;
}

// ---- Threads -------------------------------------------------------------------------------------------------

void Execution::fiber_main(void* thread) {
  auto& self = *static_cast<ControlledThread*>(thread);
  for (;;) current_->run_thread(self);
}

void Execution::run_thread(ControlledThread& self) {
  if (!abandoning_) run_body(self);
  if (self.exit_actions > 0) {
    // A crash leaves them behind: they go when the run is abandoned.
    if (!abandoning_) Fiber::switch_to(self.fiber, home_);
    discard_exit_actions(self);
  }
  end_thread(self);
}

void Execution::run_body(ControlledThread& self) {
  try {
    note({.kind = OperationKind::begin, .place = nullptr});
    self.invoke(self.callable);
    finish_body(self);
  } catch (const Abandoned&) {
  } catch (const UsageError&) {
    usage_error_ = std::current_exception();
    stopping_ = true;
  } catch (const std::exception& exception) { fail_with_exception(self, exception.what()); } catch (...) {
    const bool handled = !abandoning_ && scenario_->foreign_exception && scenario_->foreign_exception();
    if (!handled) fail_with_exception(self, "an exception that is not derived from std::exception");
  }
}

void Execution::finish_body(ControlledThread& self) {
  run_exit_actions(self, ExitStage::notices);
  if (self.index == 0) end_body(self);
  if (self.points == 0 && self.index != 0) ++result_.untested;
  note({.kind = OperationKind::end}, [&](Event& event) { event.routine = all_locks_count_ && self.locks_held == 0; });
}

void Execution::at_thread_exit(ExitStage stage, std::function<void()> action) {
  running_->at_exit[static_cast<std::size_t>(stage)].push_back(std::move(action));
  ++running_->exit_actions;
}

// Actions may leave others behind.
void Execution::run_exit_actions(ControlledThread& self, ExitStage last) {
  while (self.exit_actions > 0) {
    const auto action = take_exit_action(self, last);
    if (!action) return;
    (*action)();
  }
}

void Execution::discard_exit_actions(ControlledThread& self) {
  self.discarding = true;
  while (self.exit_actions > 0) take_exit_action(self, ExitStage::program);
  self.discarding = false;
}

// Threads that nobody joined are waited for, then the daemons are cut off wherever they are.
void Execution::end_body(ControlledThread& self) {
  self.unfinished = no_thread;
  if (live_.size() > 1)
    perform({.operation = {.kind = OperationKind::join}, .guard = &others_have_ended, .subject = &foreground_},
            [](Event&) {});
  else
    trace_.body_ended = static_cast<Step>(trace_.events.size());
  if (live_.size() > 1 && !abandoning_) {
    tell_cut_off();
    for (const ControlledThread* const thread : live_)
      if (thread != &self) note({.kind = OperationKind::cut_off, .target = thread->index});
    cutting_off_ = true;
    Fiber::switch_to(self.fiber, home_);
  }
  if (scenario_->invariant && !abandoning_) scenario_->invariant();
  run_exit_actions(self, ExitStage::program);
}

// Still inside the catch block; the Abandoned that the finding brings about must not leave it.
void Execution::fail_with_exception(ControlledThread&, std::string text) {
  if (abandoning_) return;
  try {
    if (result_.verdict == Verdict::passed) result_.verdict = Verdict::crash;
    note({.kind = OperationKind::uncaught_exception, .argument = add_text(std::move(text))});
  } catch (const Abandoned&) { return; }
  stopping_ = true;
}

void Execution::end_thread(ControlledThread& self) {
  self.state = ControlledThread::State::ended;
  self.unfinished = no_thread;
  if (abandoning_ || stopping_) {
    Fiber::switch_to(self.fiber, home_);
    return;
  }
  auto at = live_.end() - 1;
  for (ControlledThread* later = *at; later != &self;) std::swap(*--at, later);
  live_.pop_back();
  if (self.index != 0 && !self.daemon) --foreground_;
  if (self.held_back > 0) --spinners_;
  if (self.was_held_back) result_.polled_in_vain = true;
  go_on_without(self);
}

// ---- Abandoning ----------------------------------------------------------------------------------------------

void Execution::abandon() {
  abandoning_ = true;
  for (std::uint32_t i = thread_count_; i-- > 0;) unwind(*threads_[i]);
  live_.clear();
  abandoning_ = false;
}

// Only T0 is left, and goes on as if the others had never been resumed.
void Execution::cut_off_daemons() {
  cutting_off_ = false;
  abandoning_ = true;
  for (std::uint32_t i = thread_count_; i-- > 1 && !apart_;) unwind(*threads_[i]);
  abandoning_ = false;
  ControlledThread& body = *threads_[0];
  live_.assign(1, &body);
  newborns_ = 0;
  spinners_ = body.held_back > 0 ? 1 : 0;
  running_ = last_ = &body;
}

void Execution::unwind(ControlledThread& thread) {
  has_unwound_ = true;
  running_ = &thread;
  if (thread.state == ControlledThread::State::newborn) {
    thread.discarding = true;
    if (thread.discard != nullptr && thread.callable != nullptr) thread.discard(thread.callable);
    thread.discarding = false;
    thread.state = ControlledThread::State::ended;
  } else if (thread.state == ControlledThread::State::live) {
    Fiber::switch_to(home_, thread.fiber);
  }
  thread.unfinished = no_thread;
}

// The run is over. What parked threads and unwinding left behind is destroyed without effect.
void Execution::restart_parked() {
  abandoning_ = true;
  for (std::uint32_t i = 0; i < thread_count_; ++i) {
    running_ = threads_[i].get();
    if (running_->exit_actions > 0) discard_exit_actions(*running_);
    if (running_->state != ControlledThread::State::parked) continue;
    ++result_.parked;
    excuse_leaks_of(*threads_[i]);
    threads_[i]->fiber.restart();
  }
  abandoning_ = false;
}

// The answer to every operation of an abandoned thread: unwind it, quietly where it unwinds already.
bool Execution::refuse(ControlledThread& self) {
  ++self.refusals;
  const unsigned int uncaught = exception_globals()->uncaught;
  if (self.discarding || uncaught > self.uncaught_at_throw) {
    if (self.refusals > quiet_refusals_max) park();
    return false;
  }
  if (self.refusals > refusals_max) park();
  self.uncaught_at_throw = uncaught;
  throw Abandoned{};
}

// Leaves the running thread for good, after freeing the exceptions that it was handling.
void Execution::park() {
  ControlledThread& self = *running_;
  ExceptionGlobals* const globals = exception_globals();
  for (int i = 0; i < 100 && globals->caught != nullptr; ++i) __cxxabiv1::__cxa_end_catch();
  self.state = ControlledThread::State::parked;
  Fiber::leave_for_good(self.fiber, home_);
  std::abort();
}

// std::terminate: an abandoned thread met a noexcept frame, or the program itself gave up.
void Execution::terminated() {
  Execution* const execution = current_;
  if (execution == nullptr || execution->running_ == nullptr) {
    if (previous_terminate_handler != nullptr) previous_terminate_handler();
    std::abort();
  }
  if (!execution->abandoning_) {
    std::string text = "std::terminate was called";
    if (const std::exception_ptr current = std::current_exception()) {
      try {
        std::rethrow_exception(current);
      } catch (const UsageError&) { execution->usage_error_ = current; } catch (const std::exception& exception) {
        text += fmt::format(" for an exception that nobody caught: {}", exception.what());
      } catch (...) { text += " for an exception that nobody caught"; }
    }
    if (execution->result_.verdict == Verdict::passed) execution->result_.verdict = Verdict::crash;
    Operation operation{.kind = OperationKind::uncaught_exception, .argument = execution->add_text(std::move(text))};
    operation.place = __builtin_return_address(0);
    Event event{.operation = operation, .thread = execution->running_->index};
    event.step = static_cast<Step>(execution->trace_.events.size());
    if (execution->narrator_ != nullptr) execution->narrator_->publish(event.thread);
    execution->trace_.events.push_back(event);
    execution->observe(event);
    execution->stopping_ = true;
  }
  execution->park();
}

// ---- The step limit ------------------------------------------------------------------------------------------

// Everybody who can run repeats itself: a livelock, told with each thread's cycle. Else the run is inconclusive.
void Execution::reach_step_limit() {
  stopping_ = true;
  result_.verdict = Verdict::step_limit;
  std::vector<Repetition> can_run;
  std::vector<Repetition> waits;
  for (ControlledThread* const thread : live_) thread->spin.catch_up(trace_.events);
  for (const ControlledThread* const thread : live_)
    (enabled(*thread) ? can_run : waits).push_back({thread->index, thread->spin.period(), thread->spin.matched()});
  if (std::optional<Finding> livelock = find_livelock(trace_, can_run, waits))
    result_.findings.push_back(std::move(*livelock));
}

}  // namespace snag
