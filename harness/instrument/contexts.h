// Thread-locals, errno, pthread_self and exceptions in flight, which the C library keeps for each OS thread. Each
// controlled thread borrows them from a real one that is parked for good: its fiber runs with that thread's thread
// pointer (see Fiber::set_thread_pointer). Parked threads are kept from execution to execution, and made anew in a
// forked process; the program's thread_local variables begin each execution as in a new thread.
#pragma once

#include "harness/execution/execution.h"

#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace snag::instrument {

/// One parked thread, and what a controlled thread that runs with its thread-locals is to do.
struct Context {
  pthread_t handle = {};
  std::uintptr_t pointer = 0;  ///< its thread pointer
  void* (*start)(void*) = nullptr;
  void* argument = nullptr;
  void* result = nullptr;
  ThreadIndex index = no_thread;
  bool detached = false;
  bool joined = false;
};

/// Throws UsageError if this machine cannot give controlled threads thread-locals of their own.
void require_thread_pointers();

/// The contexts of the execution under way, by thread.
class Contexts {
 public:
  /// T0 of an execution gets the first; home keeps what it has.
  void begin(Execution& execution);
  /// Fibers go back to what the OS thread has.
  void end(Execution& execution);
  /// Makes sure that there are so many. Throws std::system_error.
  void prepare(std::size_t threads);
  /// A thread that has been made and not spawned gets its own, which has been prepared.
  Context& bind(Execution& execution, ControlledThread& thread);
  Context& of(ThreadIndex thread) { return *contexts_[thread]; }
  /// Null if it is no thread of this execution.
  Context* find(pthread_t handle, std::size_t threads);
  /// Where the program's thread-locals of a thread begin, if the address is one of them; else null.
  const std::byte* thread_locals_of(ThreadIndex thread, const void* address) const {
    const auto* const begin = reinterpret_cast<const std::byte*>(contexts_[thread]->pointer + image_offset_);
    const auto* const byte = static_cast<const std::byte*>(address);
    return byte >= begin && byte < begin + image_size_ ? begin : nullptr;
  }
  /// After a fork: there are no parked threads.
  void drop() { contexts_.clear(); }
  /// Of a whole program, in a process that is about to be copied: T0 is the thread that the process began with; so many
  /// others are parked here, for who runs the copy.
  void prepare_for_copies();
  /// The copy is gone, and with it what it parked. Next time there will be as many.
  void forget_those_of_copy();

 private:
  void find_image();

  std::vector<std::unique_ptr<Context>> contexts_;
  std::size_t own_ = 0;  // of these, made in this process and not in a copy; 0: there are no copies
  bool copied_ = false;  // the process is, for each execution
  bool image_found_ = false;
  const void* image_ = nullptr;  // how the program's thread-locals begin
  std::size_t image_filled_ = 0;
  std::size_t image_size_ = 0;       // the rest is zero
  std::uintptr_t image_offset_ = 0;  // from a thread pointer to them
};

Contexts& contexts();

}  // namespace snag::instrument
