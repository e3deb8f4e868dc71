// What a thread waits for, in the words of findings: the clauses that wait cycles, deadlocks and misuse share.
#pragma once

#include "harness/trace/finding.h"
#include "harness/trace/waits.h"

namespace snag {

/// Whether all that blocked threads wait for is locks and the ends of threads.
bool only_locks_and_joins(const Waits& waits);

/// Adds to a finding what a blocked thread waits for, as a clause ("T1 waits at a.cpp:3 for b, which T2 has held
/// since a.cpp:5") and as threads, objects, relations and steps: where the holder took the lock, if it is one, then
/// where the thread waits. `blocker` is the one of its blockers to tell of; no_thread: the first one there is.
void add_wait(Finding& finding, const Waits& waits, ThreadIndex thread, ThreadIndex blocker = no_thread);
/// As add_wait, without the clause.
void add_wait_unsaid(Finding& finding, const Waits& waits, ThreadIndex thread, ThreadIndex blocker = no_thread);

}  // namespace snag
