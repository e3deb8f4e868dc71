// What a front end other than the typed one has to do around a run: unmodified programs need thread-locals for each
// controlled thread, and the objects that they know by address.
#pragma once

#include "harness/execution/fiber.h"
#include "harness/trace/operation.h"
#include "harness/trace/scenario.h"

#include <cstdint>

namespace snag {

class Execution;
struct OwnProcess;
struct ObjectInfo;

/// Where an object lies that is not in static storage.
struct Whereabouts {
  const void* on_stack = nullptr;  ///< of its creator; null: elsewhere
  ObjectIndex block = no_object;   ///< the block of the program's heap; no_object: elsewhere
  std::uint64_t offset = 0;        ///< in the block
  const void* in_block = nullptr;  ///< the address that these are
};

/// Called by Execution::run for scenarios that name it.
struct FrontEnd {
  void (*begin)(Execution& execution);            ///< T0 is made, and has not run yet. May throw; then nothing runs
  void (*end)(Execution& execution);              ///< nothing of the program runs any more
  bool (*set_program_runs)(bool runs) = nullptr;  ///< on this thread; returns what was the case; null: nobody asks
  /// The thread has crashed, when it used this address (null: unknown): records what it has done before and had not told
  /// yet. null: it tells everything at once.
  void (*complete)(Execution& execution, const void* fault) = nullptr;
  bool learns_points = false;  ///< whether it looks at ExecutionOptions::plain_points
  /// Where an object lies, if that is static storage of the program; else null. To be called in the process that ran it.
  const void* (*static_address)(const ObjectInfo& object) = nullptr;
  /// Where an object lies that is in use just now. To be called while the program runs.
  Whereabouts (*whereabouts)(Execution& execution, const ObjectInfo& object) = nullptr;
  const OwnProcess* own_process = nullptr;      ///< null: executions share the process
  std::size_t stack_size = stack_size_default;  ///< of each thread, where nobody asks for another than the default
  /// No thread can go on: waits for what comes from outside the program. False if nothing has; null: nothing can.
  bool (*wait_for_world)(Execution& execution) = nullptr;
};

/// How the scenario's executions get processes of their own; null: they share this one.
inline const OwnProcess* own_process_of(const Scenario& scenario) {
  return scenario.front_end == nullptr ? nullptr : scenario.front_end->own_process;
}

/// While it lives, what runs is the harness's, where a signal may have interrupted the program.
class Interruption {
 public:
  explicit Interruption(const Execution* execution);
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();
  /// Whether it was the program that was interrupted, and not the harness.
  bool program_ran() const { return program_ran_; }

 private:
  const FrontEnd* front_end_ = nullptr;
  bool program_ran_ = false;
};

}  // namespace snag
