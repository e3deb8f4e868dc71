// Calls that may wait for a pipe, a socket or a terminal. Whether they would wait is asked with a zero time-out: a thread
// that would is not able to go on, as one that waits for a lock. All of them are operations on one object, the
// descriptors: what goes in at one end comes out at another, and nobody says where. The ends of child processes, which a
// program waits for in the same way, belong to them.
#pragma once

#include "harness/instrument/runtime.h"

#include <poll.h>

#include <cerrno>

namespace snag::instrument {

/// What a thread waits for.
struct DescriptorWait {
  bool (*is_ready)(const DescriptorWait& wait);
  int descriptor = -1;
  short events = 0;       ///< of that descriptor
  pollfd* all = nullptr;  ///< or of these
  nfds_t count = 0;
  const void* more = nullptr;  ///< for is_ready
};

/// Whether a call on it may wait: it is a pipe, a socket or the like, is not told never to wait, and is not the program's
/// output.
bool may_wait(int descriptor);
bool is_ready(int descriptor, short events);

/// Publishes one operation, which can be done when the wait is ready or the deadline has come (never: there is none);
/// really() then makes the call. A null wait: at once.
long perform_on_descriptors(const DescriptorWait* wait, std::uint64_t deadline, const void* place,
                            long (*really)(void*), void* argument);

template <class Really>
long on_descriptors(const DescriptorWait* wait, std::uint64_t deadline, const void* place, Really really) {
  return perform_on_descriptors(
      wait, deadline, place, [](void* call) { return static_cast<long>((*static_cast<Really*>(call))()); }, &really);
}

/// The program has a child process from now on. How fast that is must not decide: waits are over only when nobody else
/// can go on, and then the process really waits.
void expect_answers_of(pid_t child);

/// An execution begins: nobody waits, and there are no child processes.
void forget_descriptors();
/// Nobody can go on: waits for the world outside, if a thread may be waiting for it. False if nothing has come.
bool wait_for_world(Execution& execution);

}  // namespace snag::instrument
