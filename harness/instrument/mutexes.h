// pthread_mutex_t as an object of the execution. Its own bytes stay as they were initialised: they only say its type.
#pragma once

#include "harness/instrument/runtime.h"

#include <pthread.h>

namespace snag::instrument {

SyncObject& mutex_at(Execution& execution, const pthread_mutex_t* mutex);
/// Effects: the event's thread takes it; its owner lets go of one level.
void take(Execution& execution, SyncObject& mutex, Event& event);
void give(Execution& execution, SyncObject& mutex, Event& event);
/// A guard whose subject is a mutex: nobody holds it, or, if it is recursive, the thread itself.
bool may_take(const void* mutex, const ControlledThread& thread);

/// Operations, by a thread that is inside. try_lock: at once if the deadline is 0, else until then; 0 or the error.
int lock(Execution& execution, SyncObject& mutex, const void* place);
int try_lock(Execution& execution, SyncObject& mutex, std::uint64_t deadline, int error, const void* place);
int unlock(Execution& execution, SyncObject& mutex, const void* place);

}  // namespace snag::instrument
