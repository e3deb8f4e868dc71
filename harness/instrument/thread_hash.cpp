// std::hash of a thread's id is a hash of an address, which is another one in every process, and std::barrier takes it
// for where a thread begins to look for the others. Here it is a hash of the thread's number.
#include "harness/instrument/contexts.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

using namespace snag::instrument;

namespace std {

// Of libstdc++, <bits/hash_bytes.h>.
size_t _Hash_bytes(const void* bytes, size_t length, size_t seed) {
  if (in_program && length == sizeof(pthread_t)) {
    const Inside inside;
    pthread_t handle = {};
    memcpy(&handle, bytes, sizeof handle);
    if (const Context* const context = contexts().find(handle, inside.execution.trace().threads.size())) {
      const uint64_t number = context->index;
      return real::hash_bytes()(&number, sizeof number, seed);
    }
  }
  return real::hash_bytes()(bytes, length, seed);
}

}  // namespace std
