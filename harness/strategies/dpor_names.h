// Names of threads and objects that hold for a whole exploration: an index depends on the schedule, but who created the
// thread or object, and as which of its creations, does not.
#pragma once

#include "harness/strategies/dpor_label.h"
#include "harness/strategies/dpor_part.h"
#include "harness/trace/dependence.h"
#include "harness/trace/trace.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace snag::dpor {

/// Gives names. Indices are those of the execution that begin() announced.
class Names {
 public:
  static constexpr Name clock = 0, lives = 1, budget = 2;

  /// Another execution starts; its trace grows.
  void begin(const Trace& trace);
  std::uint16_t thread(ThreadIndex index) {
    while (index >= threads_.size()) name_next_thread();
    return threads_[index];
  }
  /// The same of a thread that has been met; no_thread for others.
  std::uint16_t known_thread(ThreadIndex index) const { return index < threads_.size() ? threads_[index] : no_thread; }
  /// The name of an object or of a place that is none (the clock, ...).
  Name object(ObjectIndex index) {
    if (index >= budget_place) return clock_place - index;
    while (index >= objects_.size()) name_next_object();
    return objects_[index];
  }
  /// The index of a thread in this execution; no_thread if it has not been met yet.
  ThreadIndex index_of(std::uint16_t thread) {
    while (threads_.size() < trace_->threads.size()) name_next_thread();
    return thread < indices_.size() ? indices_[thread] : no_thread;
  }
  /// What the names mean that have been given, and begins with names that mean this.
  const NameTable& table() const { return table_; }
  void reset(const NameTable& table);
  /// The name of a creation, which is given if it has none yet. The creator has one.
  std::uint16_t thread_of(const Creation& creation);
  Name object_of(const Creation& creation);
  /// What orders the waiters of a notify_one.
  std::uint64_t identity(std::uint16_t thread) const { return identities_[thread]; }

 private:
  struct Creations {
    Name& at(std::uint32_t nth) {
      constexpr std::uint32_t dense_max = 1U << 20;
      if (nth >= dense_max) return objects_at_addresses[nth];
      if (objects.size() <= nth) objects.resize(nth + 1, 0);
      return objects[nth];
    }
    std::vector<std::uint16_t> threads;  // by nth; no_thread: not met
    std::vector<Name> objects;
    std::unordered_map<std::uint32_t, Name> objects_at_addresses;  // their numbers are far apart
  };
  void name_next_thread();
  void name_next_object();

  NameTable table_;
  const Trace* trace_ = nullptr;
  std::vector<std::uint16_t> threads_;     // by index in this execution
  std::vector<Name> objects_;              // by index in this execution
  std::vector<ThreadIndex> indices_;       // by name
  std::vector<std::uint64_t> identities_;  // by name
  std::vector<Creations> creations_;       // by name of the creator
};

}  // namespace snag::dpor
