// How threads, objects, values and operations are shown to people. Numbers that people see follow identity
// (who created the object, as the how-manieth), so that the same mutex bears the same number whatever the schedule.
#include "harness/trace/trace.h"

#include "harness/trace/lasting_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <string_view>
#include <tuple>

namespace snag {

namespace {

// The nth-numbers from T0 down to the thread: its identity. Empty for T0.
std::vector<std::uint32_t> path_of(const Trace& trace, ThreadIndex thread) {
  std::vector<std::uint32_t> path;
  while (thread < trace.threads.size() && trace.threads[thread].parent != no_thread) {
    path.push_back(trace.threads[thread].nth);
    thread = trace.threads[thread].parent;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

// 1 for the first object of its kind in order of identity, named ones counted too.
std::size_t number_within_kind(const Trace& trace, ObjectIndex object) {
  const ObjectInfo& own = trace.objects[object];
  const auto own_path = path_of(trace, own.creator);
  std::size_t number = 1;
  for (ObjectIndex i = 0; i < trace.objects.size(); ++i) {
    const ObjectInfo& other = trace.objects[i];
    if (i == object || other.kind != own.kind) continue;
    const auto path = other.creator == own.creator ? own_path : path_of(trace, other.creator);
    if (std::tie(path, other.nth, i) < std::tie(own_path, own.nth, object)) ++number;
  }
  return number;
}

std::string short_name(ThreadIndex thread) { return thread == no_thread ? "no thread" : fmt::format("T{}", thread); }

std::string display_character(std::uint64_t digest) {
  switch (digest) {
    case '\0': return "'\\0'";
    case '\n': return "'\\n'";
    case '\r': return "'\\r'";
    case '\t': return "'\\t'";
    case '\'': return "'\\''";
    case '\\': return "'\\\\'";
    default: break;
  }
  if (digest >= 0x20 && digest < 0x7f) return fmt::format("'{}'", static_cast<char>(digest));
  // A negative char was sign-extended: only its byte is meant.
  const bool is_byte = digest <= 0xff || digest >= 0xffff'ffff'ffff'ff80;
  return is_byte ? fmt::format("'\\x{:02x}'", digest & 0xff) : fmt::format("'\\u{:04x}'", digest & 0xffff'ffff);
}

// 64 bits folded into 16: enough to tell two values in one report apart.
std::string display_opaque(std::uint64_t digest) {
  return fmt::format("#{:04x}", (digest ^ digest >> 16 ^ digest >> 32 ^ digest >> 48) & 0xffff);
}

const char* name_of_order(MemoryOrder order) {
  switch (order) {
    case MemoryOrder::relaxed: return "relaxed";
    case MemoryOrder::consume: return "consume";
    case MemoryOrder::acquire: return "acquire";
    case MemoryOrder::release: return "release";
    case MemoryOrder::acq_rel: return "acq_rel";
    case MemoryOrder::seq_cst: return "seq_cst";
  }
  return "unknown";
}

// The order that a compare_exchange called with one order uses when it fails.
MemoryOrder failure_order_of(MemoryOrder order) {
  if (order == MemoryOrder::acq_rel) return MemoryOrder::acquire;
  if (order == MemoryOrder::release) return MemoryOrder::relaxed;
  return order;
}

std::string order_suffix(const Operation& operation) {
  if (operation.order == MemoryOrder::seq_cst) return "";
  return fmt::format(" ({})", name_of_order(operation.order));
}

std::string orders_suffix(const Operation& operation) {
  if (operation.order_failure == failure_order_of(operation.order)) return order_suffix(operation);
  return fmt::format(" ({}, {} on failure)", name_of_order(operation.order), name_of_order(operation.order_failure));
}

// How many, where it is not the usual one.
std::string count_suffix(const Operation& operation) {
  return operation.argument == 1 ? "" : fmt::format(" ({})", operation.argument);
}

std::string text_of(const Trace& trace, const Operation& operation) {
  return operation.argument < trace.texts.size() ? trace.texts[operation.argument] : std::string();
}

}  // namespace

SpinRule rule_followed(const Trace& trace, SpinRule rule) {
  return rule == SpinRule::after_a_pause && !trace.paused ? SpinRule::after_a_step : rule;
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::finding: return "finding";
    case Verdict::deadlock: return "deadlock";
    case Verdict::crash: return "crash";
    case Verdict::step_limit: return "step limit";
  }
  return "unknown";
}

const char* words_before(Phase phase) {
  switch (phase) {
    case Phase::done: return "";
    case Phase::waiting: return "waits to ";
    case Phase::ready: return "is ready to ";
  }
  return "";
}

std::string display_name(const Trace& trace, ThreadIndex thread) {
  const bool named = thread < trace.threads.size() && !trace.threads[thread].name.empty();
  return named ? fmt::format("{} ({})", short_name(thread), trace.threads[thread].name) : short_name(thread);
}

std::string display_name(const Trace& trace, ObjectIndex object) {
  const bool labelled = object < trace.labels.size() && !trace.labels[object].empty();
  return labelled ? trace.labels[object] : lasting_name(trace, object);
}

std::string lasting_name(const Trace& trace, ObjectIndex object) {
  if (object >= trace.objects.size()) return "no object";
  const ObjectInfo& info = trace.objects[object];
  return info.name.empty() ? fmt::format("{}#{}", name_of(info.kind), number_within_kind(trace, object)) : info.name;
}

std::vector<std::string> lasting_names(const Trace& trace) {
  // Creators in order of identity: each one's place in it.
  std::vector<ThreadIndex> creators(trace.threads.size());
  std::iota(creators.begin(), creators.end(), ThreadIndex{0});
  std::vector<std::vector<std::uint32_t>> paths;
  for (const ThreadIndex thread : creators) paths.push_back(path_of(trace, thread));
  std::ranges::sort(
      creators, {}, [&](ThreadIndex thread) -> const auto& { return paths[thread]; });
  std::vector<std::size_t> rank(creators.size());
  for (std::size_t i = 0; i < creators.size(); ++i) rank[creators[i]] = i;

  std::vector<ObjectIndex> objects(trace.objects.size());
  std::iota(objects.begin(), objects.end(), ObjectIndex{0});
  std::ranges::sort(objects, {}, [&](ObjectIndex object) {
    const ObjectInfo& info = trace.objects[object];
    return std::tuple(info.kind, info.creator < rank.size() ? rank[info.creator] : 0, info.nth, object);
  });
  std::vector<std::string> names(objects.size());
  std::size_t number = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const ObjectInfo& info = trace.objects[objects[i]];
    number = i > 0 && trace.objects[objects[i - 1]].kind == info.kind ? number + 1 : 1;
    names[objects[i]] = info.name.empty() ? fmt::format("{}#{}", name_of(info.kind), number) : info.name;
  }
  return names;
}

std::string display_time(std::uint64_t nanoseconds) {
  const auto value = static_cast<double>(nanoseconds);
  if (nanoseconds >= 1'000'000'000) return fmt::format("{}s", value / 1e9);
  if (nanoseconds >= 1'000'000) return fmt::format("{}ms", value / 1e6);
  if (nanoseconds >= 1'000) return fmt::format("{}us", value / 1e3);
  return fmt::format("{}ns", nanoseconds);
}

std::string display_value(ValueKind kind, std::uint64_t digest) {
  switch (kind) {
    case ValueKind::none: return "";
    case ValueKind::signed_integer: return fmt::format("{}", static_cast<std::int64_t>(digest));
    case ValueKind::unsigned_integer: return fmt::format("{}", digest);
    case ValueKind::boolean: return digest != 0 ? "true" : "false";
    case ValueKind::character: return display_character(digest);
    case ValueKind::real32: return fmt::format("{}", std::bit_cast<float>(static_cast<std::uint32_t>(digest)));
    case ValueKind::real64: return fmt::format("{}", std::bit_cast<double>(digest));
    case ValueKind::pointer: return digest != 0 ? "pointer" : "nullptr";
    case ValueKind::opaque: return display_opaque(digest);
  }
  return "";
}

std::string display_operation(const Trace& trace, const Operation& operation) {
  const auto object = [&] { return display_name(trace, operation.object); };
  const auto second = [&] { return display_name(trace, operation.second); };
  const auto target = [&] { return short_name(operation.target); };
  const auto plain = [&] { return fmt::format("{} {}", name_of(operation.kind), object()); };
  switch (operation.kind) {
    case OperationKind::begin:
    case OperationKind::end:
    case OperationKind::yield: return name_of(operation.kind);
    case OperationKind::join:
      return operation.target == no_thread ? "join all threads" : fmt::format("join {}", target());
    case OperationKind::spawn:
    case OperationKind::detach: return fmt::format("{} {}", name_of(operation.kind), target());
    case OperationKind::sleep: return fmt::format("sleep until {}", display_time(operation.argument));
    case OperationKind::read_clock: return "read clock";
    case OperationKind::work: return fmt::format("work for {}", display_time(operation.argument));
    case OperationKind::set_priority:
      return fmt::format("set priority of {} to {}", target(), static_cast<std::int64_t>(operation.argument));
    case OperationKind::is_alive: return fmt::format("ask whether {} is alive", target());
    case OperationKind::count_threads: return "count threads";
    case OperationKind::cut_off: return fmt::format("cut off {}", target());
    case OperationKind::read:
    case OperationKind::write:
    case OperationKind::lock:
    case OperationKind::try_lock:
    case OperationKind::unlock:
    case OperationKind::lock_shared:
    case OperationKind::try_lock_shared:
    case OperationKind::unlock_shared:
    case OperationKind::put:
    case OperationKind::try_put:
    case OperationKind::get:
    case OperationKind::try_get:
    case OperationKind::task_done:
    case OperationKind::notify_one:
    case OperationKind::notify_all:
    case OperationKind::acquire:
    case OperationKind::try_acquire:
    case OperationKind::request_stop:
    case OperationKind::stop_requested:
    case OperationKind::arrive_and_drop:
    case OperationKind::destroy: return plain();
    case OperationKind::load:
    case OperationKind::store:
    case OperationKind::read_modify_write: return plain() + order_suffix(operation);
    case OperationKind::compare_exchange: return plain() + orders_suffix(operation);
    case OperationKind::fence: return "fence" + order_suffix(operation);
    case OperationKind::line_up: return fmt::format("line up to lock {}", object());
    case OperationKind::release:
    case OperationKind::count_down:
    case OperationKind::arrive: return plain() + count_suffix(operation);
    case OperationKind::wait:
      return operation.second == no_object ? fmt::format("wait {}", object())
                                           : fmt::format("wait {} (releases {})", object(), second());
    case OperationKind::reacquire: return fmt::format("wake from {} (locks {})", second(), object());
    case OperationKind::resume: return fmt::format("resume from {}", object());
    case OperationKind::atomic_wait:
      return fmt::format("wait {} (for another value)", object()) + order_suffix(operation);
    case OperationKind::atomic_resume: return fmt::format("wake from {}", object());
    case OperationKind::set_result: return fmt::format("set the result of {}", object());
    case OperationKind::future_wait: return fmt::format("wait for the result of {}", object());
    case OperationKind::future_try_wait: return fmt::format("wait a while for the result of {}", object());
    case OperationKind::event_set: return fmt::format("set {}", object());
    case OperationKind::event_clear: return fmt::format("clear {}", object());
    case OperationKind::event_is_set: return fmt::format("ask whether {} is set", object());
    case OperationKind::event_wait: return fmt::format("wait for {} to be set", object());
    case OperationKind::event_resume: return fmt::format("go on from {}", object());
    case OperationKind::barrier_enter: return fmt::format("enter {}", object());
    case OperationKind::barrier_open: return fmt::format("open {}", object());
    case OperationKind::barrier_leave: return fmt::format("leave {}", object());
    case OperationKind::barrier_reset: return fmt::format("reset {}", object());
    case OperationKind::barrier_abort: return fmt::format("abort {}", object());
    case OperationKind::queue_size: return fmt::format("ask for the size of {}", object());
    case OperationKind::queue_join: return fmt::format("join {} (its tasks)", object());
    case OperationKind::queue_shutdown: return fmt::format("shut down {}", object());
    case OperationKind::latch_try_wait: return fmt::format("try_wait {}", object());
    case OperationKind::latch_wait: return fmt::format("wait {}", object());
    case OperationKind::barrier_wait: return fmt::format("wait {} (phase {})", object(), operation.argument);
    case OperationKind::once_enter: return fmt::format("call_once {}", object());
    case OperationKind::once_leave: return fmt::format("leave call_once {}", object());
    case OperationKind::choose: return fmt::format("choose({})", operation.argument);
    case OperationKind::check: return fmt::format("check \"{}\"", text_of(trace, operation));
    case OperationKind::expectation: return "expectation";  // its text has many lines
    case OperationKind::thread_destroyed: return fmt::format("destroy joinable {}", target());
    case OperationKind::join_misused: return fmt::format("join {} (not joinable)", target());
    case OperationKind::notify_unlocked: return fmt::format("notify {} (without the lock)", object());
    case OperationKind::wait_unlocked: return fmt::format("wait {} (without the lock)", object());
    case OperationKind::is_locked: return fmt::format("ask whether {} is locked", object());
    case OperationKind::barrier_state: return fmt::format("look at {}", object());
    case OperationKind::allocate: return fmt::format("allocate {} ({} bytes)", object(), operation.argument);
    case OperationKind::free: return operation.object == no_object ? "free what was never allocated" : plain();
    case OperationKind::touch_freed: return fmt::format("use {} (freed)", object());
    case OperationKind::program_failed: return text_of(trace, operation);
    case OperationKind::uncaught_exception: return fmt::format("exception \"{}\"", text_of(trace, operation));
  }
  return name_of(operation.kind);
}

}  // namespace snag
