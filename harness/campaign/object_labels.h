// What reports call those objects of an unmodified program that are neither static nor named by it: local variables by
// debug information ("queue.size in main"), what lies in a block of the heap by the block ("block#1 + 8"), and by its
// member where a pointer tells what is there ("Account.balance in block#1"). Looked for while a schedule is replayed for a
// report.
#pragma once

#include "harness/campaign/stack_variables.h"
#include "harness/execution/execution.h"

#include <map>
#include <string>
#include <vector>

namespace snag {

/// Of one execution.
class ObjectLabels {
 public:
  explicit ObjectLabels(Execution& execution) : execution_(execution) {}

  /// A thread is about to do something, and its stack is this, until it is told again. To be called while the program
  /// runs, as the next.
  void publish(ThreadIndex thread, std::vector<StackFrame> stack);
  /// An event was recorded.
  void record(const Event& event);

  /// For Trace::labels, when the execution is over and static variables have been named. What an address of a stack
  /// stood for may change from step to step: the steps of findings tell what is meant, else those of other threads.
  std::vector<std::string> labels(const Findings& findings) const;

 private:
  struct Sighting {
    FrameByte byte;
    Step step;
    bool by_owner;
  };
  // What lies in a block, and the frames of those who have come to it, by place.
  struct InBlock {
    ObjectIndex block;
    std::uint64_t offset;
    const void* address;
    ThreadIndex first;  // who has come to it first
    bool is_shared = false;
    std::map<const void*, std::vector<FrameCopy>> frames = {};
  };
  void copy_frames(InBlock& known, const Event& event) const;
  static std::string member_name(const InBlock& where);
  void look_at(ObjectIndex object, const Event& event);
  std::string local_name(ObjectIndex object, const std::vector<Sighting>& sightings, const Findings& findings) const;

  Execution& execution_;
  std::vector<std::vector<StackFrame>> stacks_;  // by thread
  std::map<ObjectIndex, std::vector<Sighting>> on_stacks_;
  std::map<ObjectIndex, InBlock> in_blocks_;
};

}  // namespace snag
