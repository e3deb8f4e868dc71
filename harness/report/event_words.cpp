#include "harness/report/event_words.h"

#include "harness/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace snag {

namespace {

// Follows who holds which lock and who is queued in a condition variable, from event to event.
class Holders {
 public:
  void observe(const Event& event) {
    if (event.phase != Phase::done) return;
    const Operation& operation = event.operation;
    switch (operation.kind) {
      case OperationKind::line_up: lined_up_[operation.object].push_back(event.thread); break;
      case OperationKind::lock:
      case OperationKind::reacquire:
        std::erase(lined_up_[operation.object], event.thread);
        take(event);
        break;
      case OperationKind::try_lock:
        std::erase(lined_up_[operation.object], event.thread);
        if (event.success) take(event);
        break;
      case OperationKind::lock_shared: share(event); break;
      case OperationKind::try_lock_shared:
        if (event.success) share(event);
        break;
      case OperationKind::unlock: release(operation.object, event); break;
      case OperationKind::unlock_shared: unshare(event); break;
      case OperationKind::wait:
        release(operation.second, event);
        queued_.insert(event.thread);
        break;
      case OperationKind::resume: queued_.erase(event.thread); break;
      case OperationKind::notify_one: queued_.erase(operation.target); break;
      case OperationKind::notify_all: wake_all(operation.object); break;
      case OperationKind::once_enter:
        if (event.after == 1) take(event);
        break;
      case OperationKind::once_leave: release(operation.object, event); break;
      default: break;
    }
    if (operation.kind == OperationKind::wait) queued_in_[event.thread] = operation.object;
  }
  ThreadIndex holder(ObjectIndex object) const {
    const auto found = holders_.find(object);
    return found == holders_.end() ? no_thread : found->second.thread;
  }
  // Who shares the object, each once, in order of acquisition.
  std::vector<ThreadIndex> sharers(ObjectIndex object) const {
    std::vector<ThreadIndex> threads;
    const auto found = sharers_.find(object);
    if (found == sharers_.end()) return threads;
    for (const ThreadIndex thread : found->second)
      if (std::ranges::find(threads, thread) == threads.end()) threads.push_back(thread);
    return threads;
  }
  std::vector<ThreadIndex> lined_up(ObjectIndex object) const {
    const auto found = lined_up_.find(object);
    return found == lined_up_.end() ? std::vector<ThreadIndex>() : found->second;
  }
  bool queued(ThreadIndex thread) const { return queued_.contains(thread); }

 private:
  struct Holder {
    ThreadIndex thread;
    int depth;
  };
  void take(const Event& event) {
    Holder& holder = holders_[event.operation.object];
    const auto levels = static_cast<int>(levels_of(event));
    holder.depth = holder.thread == event.thread ? holder.depth + levels : levels;
    holder.thread = event.thread;
  }
  void release(ObjectIndex object, const Event& event) {
    const auto found = holders_.find(object);
    if (found == holders_.end()) return;
    found->second.depth -= static_cast<int>(levels_of(event));
    if (found->second.depth <= 0 || found->second.thread != event.thread) holders_.erase(found);
  }
  void share(const Event& event) { sharers_[event.operation.object].push_back(event.thread); }
  void unshare(const Event& event) {
    std::vector<ThreadIndex>& threads = sharers_[event.operation.object];
    const auto own = std::ranges::find(threads, event.thread);
    if (own != threads.end()) threads.erase(own);
  }
  void wake_all(ObjectIndex condition) {
    std::erase_if(queued_, [&](ThreadIndex thread) { return queued_in_[thread] == condition; });
  }
  std::map<ObjectIndex, Holder> holders_;
  std::map<ObjectIndex, std::vector<ThreadIndex>> sharers_;   // one entry a share
  std::map<ObjectIndex, std::vector<ThreadIndex>> lined_up_;  // in order of arrival
  std::set<ThreadIndex> queued_;
  std::map<ThreadIndex, ObjectIndex> queued_in_;
};

constexpr std::uint64_t endless = ~std::uint64_t{0};  // as a deadline

std::string held_by(ThreadIndex holder, std::string_view verb) {
  return holder == no_thread ? std::string() : fmt::format(" ({} by T{})", verb, holder);
}

// " (shared by T1, T2)", or nothing where there are none.
std::string by_threads(std::string_view words, const std::vector<ThreadIndex>& threads) {
  std::string list;
  for (const ThreadIndex thread : threads) list += fmt::format("{}T{}", list.empty() ? "" : ", ", thread);
  return list.empty() ? list : fmt::format(" ({} {})", words, list);
}

std::string name_of_result(std::uint64_t result) {
  switch (result) {
    case 0: return "a value";
    case 1: return "an exception";
    case 2: return "broken promise";
    default: return "kept until the thread ends";
  }
}

}  // namespace

EventWords::EventWords(const Narrative& narrative) : narrative_(narrative) {
  Holders holders;
  for (const Event& event : narrative.trace.events) {
    if (event.phase == Phase::waiting)
      waiting_[event.step] = {holders.holder(event.operation.object), holders.sharers(event.operation.object),
                              holders.lined_up(event.operation.object), holders.queued(event.thread)};
    holders.observe(event);
  }
}

std::string EventWords::of(const Event& event) const {
  if (event.phase == Phase::waiting) return printable(waiting(event));
  if (event.phase == Phase::ready)
    return printable(
        fmt::format("{}{}", words_before(event.phase), display_operation(narrative_.trace, event.operation)));
  const std::string came_of_it = result(event);
  return printable(display_operation(narrative_.trace, event.operation) +
                   (came_of_it.empty() ? "" : ": " + came_of_it));
}

std::string EventWords::waiting(const Event& event) const {
  const Operation& operation = event.operation;
  const Waiting state = waiting_.at(event.step);
  const auto object = [&] { return display_name(narrative_.trace, operation.object); };
  const auto holders = [&] {
    return state.holder == no_thread ? by_threads("shared by", state.sharers) : held_by(state.holder, "held");
  };
  const auto writers = [&] {
    return state.holder == no_thread ? by_threads("behind", state.lined_up) : held_by(state.holder, "held");
  };
  switch (operation.kind) {
    case OperationKind::lock: return fmt::format("waits for {}{}", object(), holders());
    case OperationKind::try_lock: return fmt::format("waits for {}{}, or its time-out", object(), holders());
    case OperationKind::reacquire:
      if (state.queued)
        return fmt::format("waits for a notify on {}", display_name(narrative_.trace, operation.second));
      return fmt::format("waits for {}{}", object(), held_by(state.holder, "held"));
    case OperationKind::resume:
      return fmt::format("waits for a notify on {}{}", object(),
                         operation.argument == endless ? "" : " or its time-out");
    case OperationKind::join:
      return operation.target == no_thread ? "waits for all threads to end"
                                           : fmt::format("waits for T{} to end", operation.target);
    case OperationKind::acquire: return fmt::format("waits for {} to be released", object());
    case OperationKind::latch_wait: return fmt::format("waits for {} to reach zero", object());
    case OperationKind::atomic_resume:
      return fmt::format("waits for a notify on {}{}", object(), operation.argument == 0 ? "" : " or its time-out");
    case OperationKind::lock_shared: return fmt::format("waits to share {}{}", object(), writers());
    case OperationKind::try_lock_shared:
      return fmt::format("waits to share {}{}, or its time-out", object(), writers());
    case OperationKind::future_wait: return fmt::format("waits for {} to be set", object());
    case OperationKind::future_try_wait: return fmt::format("waits for {} to be set, or its time-out", object());
    case OperationKind::event_resume:
      return fmt::format("waits for {} to be set{}", object(), operation.argument == 0 ? "" : ", or its time-out");
    case OperationKind::barrier_enter: return fmt::format("waits for the others to leave {}", object());
    case OperationKind::barrier_leave: return fmt::format("waits at {} for the others", object());
    case OperationKind::put: return fmt::format("waits for room in {}", object());
    case OperationKind::try_put: return fmt::format("waits for room in {}, or its time-out", object());
    case OperationKind::get: return fmt::format("waits for an item in {}", object());
    case OperationKind::try_get: return fmt::format("waits for an item in {}, or its time-out", object());
    case OperationKind::queue_join: return fmt::format("waits for all tasks of {} to be done", object());
    case OperationKind::barrier_wait: return fmt::format("waits at {} for the others", object());
    case OperationKind::once_enter:
      return fmt::format("waits for call_once {}{}", object(), held_by(state.holder, "run"));
    case OperationKind::sleep: return display_operation(narrative_.trace, operation);
    default: return fmt::format("waits to {}", display_operation(narrative_.trace, operation));
  }
}

// What came of the operation: values old and new, or what it answered. Empty when there is nothing to say.
std::string EventWords::result(const Event& event) const {
  const auto change = [&] { return fmt::format("{} -> {}", before(event), after(event)); };
  const auto counts = [&] { return fmt::format("{} -> {}", event.before, event.after); };
  switch (event.operation.kind) {
    case OperationKind::read:
    case OperationKind::load: return after(event);
    case OperationKind::write:
    case OperationKind::store:
    case OperationKind::read_modify_write: return change();
    case OperationKind::compare_exchange:
      return event.success ? change() : fmt::format("found {}, not exchanged", before(event));
    case OperationKind::try_lock:
    case OperationKind::try_lock_shared: return event.success ? "taken" : "not taken";
    case OperationKind::atomic_wait: return event.success ? after(event) : after(event) + ", waits";
    case OperationKind::event_wait: return event.success ? "is set" : "waits";
    case OperationKind::event_resume: return event.success ? "woken" : "timed out";
    case OperationKind::event_is_set: return event.after == 1 ? "yes" : "no";
    case OperationKind::is_locked: return event.after == 1 ? "yes" : "no";
    case OperationKind::barrier_state: return event.after == 1 ? "broken" : fmt::format("{} waiting", event.before);
    case OperationKind::is_alive: return event.after == 1 ? "yes" : "no";
    case OperationKind::count_threads:
    case OperationKind::queue_size: return fmt::format("{}", event.after);
    case OperationKind::join: return event.success ? "" : "timed out";
    case OperationKind::set_result: return event.success ? name_of_result(event.after) : "refused: it has one";
    case OperationKind::future_wait: return name_of_result(event.after);
    case OperationKind::future_try_wait: return event.success ? name_of_result(event.after) : "not ready";
    case OperationKind::barrier_enter: return event.success ? fmt::format("{} inside", event.after) : "broken";
    case OperationKind::barrier_leave: return event.success ? "" : "broken";
    case OperationKind::put:
    case OperationKind::get: return event.success ? counts() : "shut down";
    case OperationKind::try_put: return event.success ? counts() : "not put";
    case OperationKind::try_get: return event.success ? counts() : "nothing got";
    case OperationKind::task_done: return fmt::format("{} unfinished", event.after);
    case OperationKind::resume: return event.success ? "notified" : "not notified";
    case OperationKind::atomic_resume: return event.success ? "" : "not notified";
    case OperationKind::notify_one:
      return event.operation.target == no_thread ? "wakes nobody" : fmt::format("wakes T{}", event.operation.target);
    case OperationKind::notify_all:
      return event.before == 0 ? "wakes nobody" : fmt::format("wakes {}", counted(event.before, "thread"));
    case OperationKind::acquire:
    case OperationKind::release:
    case OperationKind::count_down: return counts();
    case OperationKind::try_acquire: return event.success ? counts() : "not taken";
    case OperationKind::latch_try_wait: return event.success ? "zero" : "not zero";
    case OperationKind::arrive:
    case OperationKind::arrive_and_drop:
      return event.before == event.after ? fmt::format("phase {}", event.before)
                                         : fmt::format("ends phase {}", event.before);
    case OperationKind::once_enter: return event.after == 1 ? "runs it" : "done already";
    case OperationKind::once_leave: return event.success ? "done" : "threw";
    case OperationKind::request_stop: return event.success ? "" : "had been requested";
    case OperationKind::stop_requested: return event.after == 1 ? "yes" : "no";
    case OperationKind::choose: return fmt::format("{}", event.after);
    case OperationKind::work: return fmt::format("{} to {}", display_time(event.before), display_time(event.after));
    case OperationKind::read_clock: return fmt::format("{} ns", event.after);
    case OperationKind::check:
    case OperationKind::expectation: return event.success ? "holds" : "failed";
    case OperationKind::spawn:
    case OperationKind::begin:
    case OperationKind::end:
    case OperationKind::detach:
    case OperationKind::set_priority:
    case OperationKind::cut_off:
    case OperationKind::lock_shared:
    case OperationKind::unlock_shared:
    case OperationKind::line_up:
    case OperationKind::notify_unlocked:
    case OperationKind::event_set:
    case OperationKind::event_clear:
    case OperationKind::barrier_open:
    case OperationKind::barrier_reset:
    case OperationKind::barrier_abort:
    case OperationKind::queue_join:
    case OperationKind::queue_shutdown:
    case OperationKind::yield:
    case OperationKind::sleep:
    case OperationKind::fence:
    case OperationKind::lock:
    case OperationKind::unlock:
    case OperationKind::wait:
    case OperationKind::reacquire:
    case OperationKind::latch_wait:
    case OperationKind::barrier_wait:
    case OperationKind::destroy:
    case OperationKind::thread_destroyed:
    case OperationKind::join_misused:
    case OperationKind::wait_unlocked:
    case OperationKind::allocate:
    case OperationKind::program_failed:
    case OperationKind::uncaught_exception: return {};
    case OperationKind::free: return event.success ? std::string() : "wrong";
    case OperationKind::touch_freed: return event.after == 1 ? "written" : "read";
  }
  return {};
}

std::string EventWords::before(const Event& event) const {
  return value(event, event.before, &Narrative::Values::before);
}

std::string EventWords::after(const Event& event) const { return value(event, event.after, &Narrative::Values::after); }

std::string EventWords::value(const Event& event, std::uint64_t digest, std::string Narrative::Values::*words) const {
  if (event.step < narrative_.values.size() && !(narrative_.values[event.step].*words).empty())
    return narrative_.values[event.step].*words;
  const auto& objects = narrative_.trace.objects;
  if (event.operation.object >= objects.size()) return {};
  const ValueKind kind = objects[event.operation.object].value;
  return kind == ValueKind::none ? fmt::format("{}", digest) : display_value(kind, digest);
}

}  // namespace snag
