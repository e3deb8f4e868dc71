// What a front end other than the typed one has to do around a run: unmodified programs need thread-locals for each
// controlled thread, and the objects that they know by address.
#pragma once

namespace snag {

class Execution;
struct ObjectInfo;

/// Called by Execution::run for scenarios that name it.
struct FrontEnd {
  void (*begin)(Execution& execution);  ///< T0 is made, and has not run yet. May throw; then nothing runs
  void (*end)(Execution& execution);    ///< nothing of the program runs any more
  /// Whether it looks at ExecutionOptions::plain_points.
  bool learns_points;
  /// Where an object lies, if that is static storage of the program; else null. To be called in the process that ran it.
  const void* (*static_address)(const ObjectInfo& object);
};

}  // namespace snag
