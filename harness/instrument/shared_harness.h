// The harness inside the process of a whole program. All that it keeps (its heap, its variables, the stack that it runs
// on) lies in memory that is shared with forked copies of the process, and all of the program's is private: an execution
// runs in a copy, of which only what the harness has learnt survives. The idea is that of a fork server, but what comes
// back are not messages: the original goes on exactly where the copy stopped.
#pragma once

#include "harness/execution/own_process.h"

#include <cstddef>
#include <cstdint>

namespace snag::instrument {

/// Whether somebody debugs this process: then the first execution runs in it, and what follows in a copy.
enum class Debugger : std::uint8_t { none, attached };

/// Runs harness(argument) in shared memory and returns what it returns. Once in a process, on its first thread. Throws
/// std::system_error when there is no memory for it.
int run_in_shared_memory(int (*harness)(void*), void* argument, Debugger debugger);

/// For FrontEnd::own_process; only within run_in_shared_memory.
extern const OwnProcess own_process;

/// The harness's heap. Nothing is allocated there before it is in use.
namespace harness_heap {
extern bool in_use;
bool owns(const void* block);
void* allocate(std::size_t size, std::size_t alignment = 16);  ///< null: there is no more
void deallocate(void* block);
std::size_t size_of(const void* block);
}  // namespace harness_heap

}  // namespace snag::instrument
