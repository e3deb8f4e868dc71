// Narratives by hand, for tests of reports.
#pragma once

#include "harness/trace/narrative.h"

#include <string>
#include <utility>

namespace snag::testing {

/// What came of an operation, beside the operation itself.
struct Result {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  bool success = true;
};

/// Builds a narrative event by event. T0 is there from the start.
class NarrativeBuilder {
 public:
  NarrativeBuilder() { narrative_.trace.threads = {ThreadInfo{}}; }

  ObjectIndex object(ObjectKind kind, std::string name = {}, ValueKind value = ValueKind::none) {
    ObjectInfo info;
    info.kind = kind;
    info.nth = static_cast<std::uint32_t>(narrative_.trace.objects.size());
    info.name = std::move(name);
    info.value = value;
    narrative_.trace.objects.push_back(info);
    return static_cast<ObjectIndex>(narrative_.trace.objects.size() - 1);
  }
  ObjectIndex variable(std::string name) {
    return object(ObjectKind::variable, std::move(name), ValueKind::signed_integer);
  }

  /// A spawn by T0, at driver.cpp:line, and the new thread's begin.
  ThreadIndex spawn(int line, std::string name = {}) {
    const auto thread = static_cast<ThreadIndex>(narrative_.trace.threads.size());
    narrative_.trace.threads.push_back({0, static_cast<std::uint32_t>(thread - 1), std::move(name)});
    done(0, {.kind = OperationKind::spawn, .target = thread}, "driver.cpp", line);
    done(thread, {.kind = OperationKind::begin}, "", 0);
    return thread;
  }

  Step done(ThreadIndex thread, const Operation& operation, const std::string& file, int line, Result result = {}) {
    return add({.operation = operation,
                .thread = thread,
                .success = result.success,
                .before = result.before,
                .after = result.after},
               file, line);
  }
  Step waits(ThreadIndex thread, const Operation& operation, const std::string& file, int line) {
    return add({.operation = operation, .thread = thread, .phase = Phase::waiting}, file, line);
  }
  Step read(ThreadIndex thread, ObjectIndex object, std::uint64_t value, int line) {
    return done(thread, {.kind = OperationKind::read, .object = object}, "broken.cpp", line, {value, value});
  }
  Step write(ThreadIndex thread, ObjectIndex object, std::uint64_t before, std::uint64_t after, int line) {
    return done(thread, {.kind = OperationKind::write, .object = object}, "broken.cpp", line, {before, after});
  }
  Step lock(ThreadIndex thread, ObjectIndex object, int line) {
    return done(thread, {.kind = OperationKind::lock, .object = object}, "broken.cpp", line);
  }
  Step unlock(ThreadIndex thread, ObjectIndex object, int line) {
    return done(thread, {.kind = OperationKind::unlock, .object = object}, "broken.cpp", line);
  }
  Step waits_for_lock(ThreadIndex thread, ObjectIndex object, int line) {
    return waits(thread, {.kind = OperationKind::lock, .object = object}, "broken.cpp", line);
  }
  void end(ThreadIndex thread) { done(thread, {.kind = OperationKind::end}, "", 0); }

  /// Where the folder of the program is: stands before every file's name.
  void set_folder(std::string folder) { folder_ = std::move(folder); }
  void set_values(Step step, std::string before, std::string after) {
    narrative_.values[step] = {std::move(before), std::move(after)};
  }
  std::uint64_t text(std::string words) {
    narrative_.trace.texts.push_back(std::move(words));
    return narrative_.trace.texts.size() - 1;
  }
  const Narrative& narrative() const { return narrative_; }

 private:
  Step add(Event event, const std::string& file, int line) {
    event.step = static_cast<Step>(narrative_.trace.events.size());
    narrative_.trace.events.push_back(event);
    narrative_.places.emplace_back();
    if (!file.empty()) narrative_.places.back().push_back({folder_ + file, line, "function"});
    narrative_.values.emplace_back();
    return event.step;
  }

  Narrative narrative_;
  std::string folder_ = "/home/ann/project/";
};

}  // namespace snag::testing
