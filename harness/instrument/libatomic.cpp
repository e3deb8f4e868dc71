// Atomics of any size, which compilers leave to functions of libatomic. Under control each is one operation; elsewhere
// they take a lock, of which there is one: objects of such sizes are rare.
#include "harness/instrument/runtime.h"

#include <atomic>
#include <cstring>

namespace snag::instrument {

namespace {

constinit std::atomic_flag busy;

class Alone {
 public:
  Alone() {
    while (busy.test_and_set(std::memory_order_acquire)) {}
  }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  ~Alone() { busy.clear(std::memory_order_release); }
};

std::uint64_t digest_of(const void* bytes, std::size_t size) {
  if (size == 1 || size == 2 || size == 4 || size == 8) return value_at(bytes, size);
  std::uint64_t digest = size;
  for (std::size_t i = 0; i < size; ++i)
    digest = (digest ^ static_cast<const unsigned char*>(bytes)[i]) * 0x100000001B3U;
  return digest;
}

MemoryOrder order_of(int order) { return static_cast<MemoryOrder>(order & 0x7); }

/// effect(Event&) is carried out as the operation, or, where nothing is controlled, alone.
template <class Effect>
void perform(Operation operation, std::size_t size, const void* at, const void* place, Effect effect) {
  Event unseen;
  if (!in_program) {
    const Alone alone;
    return effect(unseen);
  }
  const Inside inside;
  operation.object = objects().value(inside.execution, at, Use::atomic, ValueKind::opaque).index;
  operation.place = place;
  if (!inside.execution.perform({.operation = operation}, [&](Event& event) {
        event.before = digest_of(at, size);
        effect(event);
        event.after = digest_of(at, size);
      }))
    effect(unseen);
}

}  // namespace

}  // namespace snag::instrument

using namespace snag;
using namespace snag::instrument;

// By other names: the compiler has its own idea of the parameters' types.
extern "C" {
void snag_atomic_load(std::size_t size, const void* at, void* result, int order) asm("__atomic_load");
void snag_atomic_store(std::size_t size, void* at, const void* value, int order) asm("__atomic_store");
void snag_atomic_exchange(std::size_t size, void* at, const void* value, void* result,
                          int order) asm("__atomic_exchange");
bool snag_atomic_compare_exchange(std::size_t size, void* at, void* expected, const void* desired, int success,
                                  int failure) asm("__atomic_compare_exchange");
bool snag_atomic_is_lock_free(std::size_t size, const void* at) asm("__atomic_is_lock_free");

void snag_atomic_load(std::size_t size, const void* at, void* result, int order) {
  perform({.kind = OperationKind::load, .order = order_of(order)}, size, at, __builtin_return_address(0),
          [&](Event&) { std::memcpy(result, at, size); });
}

void snag_atomic_store(std::size_t size, void* at, const void* value, int order) {
  perform({.kind = OperationKind::store, .order = order_of(order)}, size, at, __builtin_return_address(0),
          [&](Event&) { std::memcpy(at, value, size); });
}

void snag_atomic_exchange(std::size_t size, void* at, const void* value, void* result, int order) {
  perform({.kind = OperationKind::read_modify_write, .order = order_of(order)}, size, at, __builtin_return_address(0),
          [&](Event&) {
            std::memcpy(result, at, size);
            std::memcpy(at, value, size);
          });
}

bool snag_atomic_compare_exchange(std::size_t size, void* at, void* expected, const void* desired, int success,
                                  int failure) {
  bool exchanged = false;
  perform({.kind = OperationKind::compare_exchange, .order = order_of(success), .order_failure = order_of(failure)},
          size, at, __builtin_return_address(0), [&](Event& event) {
            event.success = exchanged = std::memcmp(at, expected, size) == 0;
            if (exchanged)
              std::memcpy(at, desired, size);
            else
              std::memcpy(expected, at, size);
          });
  return exchanged;
}

bool snag_atomic_is_lock_free(std::size_t size, const void* at) {
  const bool has_size = size != 0 && size <= 16 && (size & (size - 1)) == 0;
  return has_size && reinterpret_cast<std::uintptr_t>(at) % size == 0;
}
}
