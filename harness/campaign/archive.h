// Plain binary text of the values that go from process to process: what a job is, and what came of it. One function for
// each type names its fields, for both directions. Places are addresses, which are equal in forked processes; nothing of
// this is meant to be kept.
#pragma once

#include "harness/campaign/job.h"

#include <bit>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace snag::archive {

/// Appends values to a text.
class Writer {
 public:
  static constexpr bool reads = false;
  template <class... Values>
  void operator()(Values&... values) {
    (put(values), ...);
  }
  void bytes(const void* data, std::size_t count) { text_.append(static_cast<const char*>(data), count); }
  std::string take() { return std::move(text_); }

 private:
  template <class Value>
  void put(Value& value);
  std::string text_;
};

/// Takes values from a text, in the same order.
class Reader {
 public:
  static constexpr bool reads = true;
  explicit Reader(std::string_view text) : text_(text) {}
  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  /// Throws std::runtime_error when there is less.
  void bytes(void* data, std::size_t count) {
    if (count > text_.size()) throw std::runtime_error("a message of a worker process is cut off");
    std::memcpy(data, text_.data(), count);
    text_.remove_prefix(count);
  }
  std::size_t left() const { return text_.size(); }

 private:
  template <class Value>
  void get(Value& value);
  std::string_view text_;
};

// ---- Fields ----------------------------------------------------------------------------------------------------

template <class Archive>
void visit(Archive& a, Operation& v) {
  a(v.kind, v.order, v.order_failure, v.padding, v.target, v.padding_after_target, v.object, v.second, v.argument,
    v.place);
}
template <class Archive>
void visit(Archive& a, Event& v) {
  a(v.operation, v.thread, v.phase, v.success, v.step, v.before, v.after, v.routine, v.outer);
}
template <class Archive>
void visit(Archive& a, ThreadInfo& v) {
  a(v.parent, v.nth, v.name, v.rejoinable, v.daemon);
}
template <class Archive>
void visit(Archive& a, ObjectInfo& v) {
  a(v.kind, v.value, v.creator, v.nth, v.limit, v.name, v.protocol);
}
template <class Archive>
void visit(Archive& a, Await& v) {
  a(v.thread, v.step, v.count, v.places);
}
template <class Archive>
void visit(Archive& a, Scheduling& v) {
  a(v.policy, v.quantum, v.aging, v.starved_after);
}
template <class Archive>
void visit(Archive& a, Trace& v) {
  a(v.events, v.threads, v.objects, v.texts, v.awaits, v.lulls, v.body_ended, v.paused, v.scheduling,
    v.starved_after_grants, v.labels);
}
template <class Archive>
void visit(Archive& a, Choice& v) {
  a(v.kind, v.check, v.chosen, v.options, v.step);
}
template <class Archive>
void visit(Archive& a, PlainPoints& v) {
  a(v.all, v.unseen, v.places);
}
template <class Archive>
void visit(Archive& a, Token& v) {
  a(v.scenario, v.spurious_max, v.steps_max, v.stack_size, v.spinning, v.plain_points, v.schedule, v.trace_digest);
}
template <class Archive>
void visit(Archive& a, ThreadRef& v) {
  a(v.thread);
}
template <class Archive>
void visit(Archive& a, ObjectRef& v) {
  a(v.object);
}
template <class Archive>
void visit(Archive& a, PlaceRef& v) {
  a(v.step);
}
template <class Archive>
void visit(Archive& a, OperationRef& v) {
  a(v.step);
}
template <class Archive>
void visit(Archive& a, ValueRef& v) {
  a(v.object, v.digest);
}
template <class Archive>
void visit(Archive& a, Relation& v) {
  a(v.kind, v.thread, v.object, v.target, v.step);
}
template <class Archive>
void visit(Archive& a, Rival& v) {
  a(v.thread, v.times, v.duration);
}
template <class Archive>
void visit(Archive& a, Slice& v) {
  a(v.state, v.thread, v.from, v.to);
}
template <class Archive>
void visit(Archive& a, Sentence& v) {
  std::vector<Sentence::Part> parts = v.parts();
  a(parts);
  if constexpr (Archive::reads) {
    v = Sentence();
    for (const Sentence::Part& part : parts) v << part;
  }
}
template <class Archive>
void visit(Archive& a, Finding& v) {
  a(v.checker, v.certainty, v.step, v.sentence, v.hint, v.threads, v.objects, v.steps, v.relations, v.rivals,
    v.timeline, v.words, v.stops_execution);
}
template <class Archive>
void visit(Archive& a, Bug& v) {
  a(v.finding, v.trace, v.token, v.fingerprint, v.execution, v.hunted, v.hunts, v.ends_process, v.suppressed_by);
}
template <class Archive>
void visit(Archive& a, KeyedBug& v) {
  a(v.key, v.bug);
}
template <class Archive>
void visit(Archive& a, Trial& v) {
  a(v.refutations, v.skipped, v.confirmed);
}
template <class Archive>
void visit(Archive& a, TrialChange& v) {
  a(v.refutations, v.skipped, v.tried, v.confirmed);
}
template <class Archive>
void visit(Archive& a, Known& v) {
  a(v.bugs, v.trials);
}
template <class Archive>
void visit(Archive& a, CrashNote& v) {
  a(v.execution, v.settling, v.choices, v.suppressed);
}
template <class Archive>
void visit(Archive& a, dpor::Label& v) {
  std::size_t size = v.size;
  a(v.thread, size, v.chooses_thread, v.value);
  if (size > v.places.size()) throw std::runtime_error("a message of a worker process makes no sense");
  v.size = static_cast<std::uint8_t>(size);
  a.bytes(v.places.data(), size * sizeof v.places[0]);
}
template <class Archive>
void visit(Archive& a, dpor::PlannedLabel& v) {
  a(v.label, v.children);
}
template <class Archive>
void visit(Archive& a, dpor::PartStep& v) {
  a(v.label, v.explored, v.pending);
}
template <class Archive>
void visit(Archive& a, dpor::Part& v) {
  a(v.leaf, v.rest);
}
template <class Archive>
void visit(Archive& a, dpor::Plans::Siblings& v) {
  a(v.first, v.last);
}
template <class Archive>
void visit(Archive& a, dpor::Plans::Node& v) {
  a(v.label, v.children, v.next, v.above);
}
template <class Archive>
void visit(Archive& a, dpor::Plans& v) {
  a(v.nodes());
}
/// Nothing: it is sent apart, as many tasks have the same.
template <class Archive>
void visit(Archive&, std::shared_ptr<const dpor::Plans>&) {}
template <class Archive>
void visit(Archive& a, dpor::Plea& v) {
  a(v.position, v.labels);
}
template <class Archive>
void visit(Archive& a, dpor::Binding& v) {
  a(v.position, v.value, v.chooses_thread);
}
template <class Archive>
void visit(Archive& a, dpor::PartResult& v) {
  a(v.rest, v.pleas, v.bindings);
}
template <class Archive>
void visit(Archive& a, dpor::Creation& v) {
  a(v.creator, v.nth);
}
template <class Archive>
void visit(Archive& a, dpor::NameTable& v) {
  a(v.threads, v.objects);
}
template <class Archive>
void visit(Archive& a, Observed& v) {
  a(v.clock, v.lives, v.arrivals, v.budget, v.joiners);
}
template <class Archive>
void visit(Archive& a, dpor::Task& v) {
  a(v.above, v.parts, v.names, v.observed, v.spinning);
}
template <class Archive>
void visit(Archive& a, dpor::TaskResult& v) {
  a(v.parts, v.names, v.anew, v.observed, v.spinning);
}
template <class Archive>
void visit(Archive& a, Job& v) {
  a(v.number, v.begin, v.end, v.known, v.learnt, v.plain_points, v.crashes, v.task);
}
template <class Archive>
void visit(Archive& a, Reduction& v) {
  a(v.complete, v.deadlocked, v.cut_short, v.blocked, v.redundant, v.given_up, v.preliminary, v.executions, v.explored,
    v.spinning_waits, v.inexact, v.beyond);
}
template <class Archive>
void visit(Archive& a, JobError& v) {
  a(v.kind, v.text);
}
template <class Archive>
void visit(Archive& a, CoverageSample& v) {
  a(v.behaviours, v.reads_from, v.races);
}
template <class Archive>
void visit(Archive& a, JobResult& v) {
  a(v.executions, v.points, v.inconclusive, v.untested, v.parked, v.polled_in_vain, v.stopped, v.ended, v.cut_off,
    v.exhausted, v.bound, v.reduction, v.task, v.taught, v.racing_places, v.trials, v.coverage, v.error);
}

// ---- Shapes ----------------------------------------------------------------------------------------------------

template <class Value>
inline constexpr bool is_plain = std::is_arithmetic_v<Value> || std::is_enum_v<Value> || std::is_pointer_v<Value>;

template <class Archive>
void visit(Archive& a, std::string& v) {
  std::size_t size = v.size();
  a(size);
  if constexpr (Archive::reads) {
    if (size > a.left()) throw std::runtime_error("a message of a worker process is cut off");
    v.resize(size);
  }
  a.bytes(v.data(), size);
}
template <class Archive, class Value, std::size_t size>
void visit(Archive& a, std::array<Value, size>& v) {
  for (Value& value : v) a(value);
}
template <class Archive, class Value>
void visit(Archive& a, std::optional<Value>& v) {
  bool has_value = v.has_value();
  a(has_value);
  if constexpr (Archive::reads) v = has_value ? std::optional<Value>(std::in_place) : std::nullopt;
  if (has_value) a(*v);
}
template <class Archive, class Value>
void visit(Archive& a, std::vector<Value>& v) {
  std::size_t size = v.size();
  a(size);
  if constexpr (Archive::reads) {
    v.clear();
    for (std::size_t i = 0; i < size; ++i) a(v.emplace_back());
  } else {
    for (Value& value : v) a(value);
  }
}
template <class Archive, class First, class Second>
void visit(Archive& a, std::pair<First, Second>& v) {
  a(v.first, v.second);
}
// Sets and maps: their elements are const.
template <class Archive, class Value, class Container>
void visit_sorted(Archive& a, Container& v) {
  std::size_t size = v.size();
  a(size);
  if constexpr (Archive::reads) {
    v.clear();
    for (std::size_t i = 0; i < size; ++i) {
      Value value;
      a(value);
      v.insert(v.end(), std::move(value));
    }
  } else {
    for (const auto& element : v) {
      Value value = element;
      a(value);
    }
  }
}
template <class Archive, class Value>
void visit(Archive& a, std::set<Value>& v) {
  visit_sorted<Archive, Value>(a, v);
}
template <class Archive, class Key, class Value>
void visit(Archive& a, std::map<Key, Value>& v) {
  visit_sorted<Archive, std::pair<Key, Value>>(a, v);
}
template <std::size_t number = 0, class... Values>
std::variant<Values...> alternative(std::size_t wanted) {
  if constexpr (number < sizeof...(Values)) {
    if (wanted == number) return std::variant<Values...>(std::in_place_index<number>);
    return alternative<number + 1, Values...>(wanted);
  } else {
    throw std::runtime_error("a message of a worker process makes no sense");
  }
}
template <class Archive, class... Values>
void visit(Archive& a, std::variant<Values...>& v) {
  std::size_t index = v.index();
  a(index);
  if constexpr (Archive::reads) v = alternative<0, Values...>(index);
  std::visit([&](auto& value) { a(value); }, v);
}

template <class Value>
void Writer::put(Value& value) {
  if constexpr (is_plain<Value>)
    bytes(&value, sizeof value);
  else
    visit(*this, value);
}
template <class Value>
void Reader::get(Value& value) {
  if constexpr (is_plain<Value>)
    bytes(&value, sizeof value);
  else
    visit(*this, value);
}

/// A value as text.
template <class Value>
std::string packed(Value value) {
  Writer writer;
  writer(value);
  return writer.take();
}
/// The value that a text was made of. Throws std::runtime_error if it is none.
template <class Value>
Value unpacked(std::string_view text) {
  Reader reader(text);
  Value value;
  reader(value);
  if (reader.left() != 0) throw std::runtime_error("a message of a worker process makes no sense");
  return value;
}

}  // namespace snag::archive
