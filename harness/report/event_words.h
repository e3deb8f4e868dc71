// One event in words: what was done, and what came of it ("write count: 1 -> 2", "waits for lock (held by T2)").
#pragma once

#include "harness/trace/narrative.h"

#include <map>
#include <string>
#include <vector>

namespace snag {

/// The words of one narrative's events.
class EventWords {
 public:
  explicit EventWords(const Narrative& narrative);
  /// The event in words, without thread and source line.
  std::string of(const Event& event) const;

 private:
  struct Waiting {
    ThreadIndex holder = no_thread;          // who holds the lock that is waited for
    std::vector<ThreadIndex> sharers = {};   // who shares it
    std::vector<ThreadIndex> lined_up = {};  // writers that wait for it and hold readers back
    bool queued = false;                     // condition variables: not notified yet
  };
  std::string waiting(const Event& event) const;
  std::string result(const Event& event) const;
  std::string before(const Event& event) const;
  std::string after(const Event& event) const;
  std::string value(const Event& event, std::uint64_t digest, std::string Narrative::Values::*words) const;

  const Narrative& narrative_;
  std::map<Step, Waiting> waiting_;  // by step of the waiting event
};

}  // namespace snag
