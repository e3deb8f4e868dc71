// What the runtime keeps for an execution and for a thread beside objects and contexts: where it begins anew.
#pragma once

namespace snag::instrument {

/// An execution begins: what was kept of the last one is forgotten. Not on a controlled thread.
void begin_execution_state();
/// A controlled thread begins, with the thread-locals that it is to use; not yet in the program.
void begin_thread_state();

}  // namespace snag::instrument
