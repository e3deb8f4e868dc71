// A named cause: what went wrong, which threads, objects and source lines, at which steps.
// Checkers write sentences with references in them; reports put names, lines and values in their place, since
// source lines are known only after the failing schedule has been replayed with full unwinding.
#pragma once

#include "harness/trace/trace.h"

#include <string>
#include <variant>
#include <vector>

namespace snag {

/// References for sentences.
struct ThreadRef {
  ThreadIndex thread;
};  ///< shown as "T2"
struct ObjectRef {
  ObjectIndex object;
};  ///< shown as "mutex#1" or its given name
struct PlaceRef {
  Step step;
};  ///< shown as "account.cpp:31"
struct OperationRef {
  Step step;
};  ///< shown as "lock mutex#1"
struct ValueRef {
  ObjectIndex object;
  std::uint64_t digest;
};  ///< shown as "42"

/// Text with references.
class Sentence {
 public:
  using Part = std::variant<std::string, ThreadRef, ObjectRef, PlaceRef, OperationRef, ValueRef>;
  Sentence() = default;
  explicit(false) Sentence(const char* text);
  Sentence& operator<<(const Part& part);
  Sentence& operator<<(const char* text);
  const std::vector<Part>& parts() const { return parts_; }

 private:
  std::vector<Part> parts_;
};

/// How sure a checker is.
enum class Certainty : std::uint8_t {
  happened,   ///< it took place in this execution
  predicted,  ///< a reordering of this execution would show it: hunted with a directed schedule
  candidate,  ///< events alone cannot tell: never shown unless a second run confirms it
};

/// Who holds and who wants what: an arrow of the drawing.
struct Relation {
  enum class Kind : std::uint8_t { holds, wants, joins } kind;
  ThreadIndex thread;
  ObjectIndex object = no_object;  ///< holds, wants
  ThreadIndex target = no_thread;  ///< joins; wants: who is in the way without holding it, if somebody is
  Step step = no_step;             ///< the event that shows it
};

/// Who got what another went without: the processor, or an object.
struct Rival {
  ThreadIndex thread;
  std::uint32_t times;
  std::uint64_t duration = 0;  ///< virtual ns, of the processor
};

/// A stretch of virtual time in which a thread was in one state, under scheduling by priority.
struct Slice {
  enum class State : std::uint8_t {
    runs,
    ready,  ///< could run, and another does
    waits,  ///< for a lock, a sleep, ...
  } state;
  ThreadIndex thread;
  std::uint64_t from, to;
  bool operator==(const Slice&) const = default;
};

/// One named cause.
struct Finding {
  std::string checker;  ///< the cause's name: "lost-update", "wait-cycle", "data-race", ...
  Certainty certainty = Certainty::happened;
  Step step = 0;      ///< the step at which it was told
  Sentence sentence;  ///< why, in one sentence
  Sentence hint;      ///< the concept that mends it
  std::vector<ThreadIndex> threads;
  std::vector<ObjectIndex> objects;
  std::vector<Step> steps;  ///< the events that matter, in the order that the checker's page in docs/ gives
  std::vector<Relation> relations;
  std::vector<Rival> rivals;    ///< who got most comes first
  std::vector<Slice> timeline;  ///< of all threads up to `step`, by thread and time
  /// Puts the sentence and the hint into words. Set on candidates, which are many, and of which few are confirmed.
  void (*words)(Finding& finding, const Trace& trace) = nullptr;
  bool stops_execution = false;  ///< true: what follows means nothing; the execution is abandoned here
};

/// Puts a finding into words that has none yet.
inline void put_into_words(Finding& finding, const Trace& trace) {
  if (finding.words != nullptr) finding.words(finding, trace);
  finding.words = nullptr;
}

}  // namespace snag
