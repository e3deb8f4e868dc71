// Values that belong to a thread and a key, pthread_setspecific. The C library keeps them right, since each controlled
// thread runs with the thread pointer of a real one; what is done here is that the destructors run when the controlled
// thread ends, and that what an execution has left is not there in the next.
#pragma once

namespace snag::instrument {

/// The keys that the program has made in the last execution are gone. Those of shared libraries, which make theirs once
/// for the whole process, stay.
void forget_keys();
/// A controlled thread begins, with its thread-locals: it has no values. The process's main thread keeps its own.
void forget_values();

}  // namespace snag::instrument
