// The objects of a program that does not know of snag: they are known by their addresses, and made when the program
// first uses them. Their identities are not addresses: a static variable is an offset in the program, one on a stack a
// thread and an offset in its stack; what the program has allocated is a thread, whose region of the heap it lies in, and
// an offset there, which follow from that thread's own calls. What lies elsewhere is the nth such thing that a thread
// came to first.
#pragma once

#include "harness/execution/execution.h"
#include "harness/execution/front_end.h"
#include "harness/execution/wait_queue.h"
#include "harness/instrument/heap.h"
#include "harness/instrument/plain_accesses.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace snag::instrument {

/// What an address is used as. One that is used in two ways stands for two objects.
enum class Use : std::uint8_t {
  variable,
  atomic,
  mutex,
  condition,
  rwlock,
  once,
  semaphore,
  barrier,
  spinlock,
  file,
  order,
  end
};
inline constexpr auto uses = static_cast<std::uint8_t>(Use::end);

/// The state of something that threads synchronise with.
struct SyncObject {
  ObjectHandle handle = {};
  bool recursive = false;          ///< mutex
  bool checks_errors = false;      ///< mutex
  ThreadIndex owner = no_thread;   ///< mutex, rwlock, once: who has it, for itself alone
  std::uint32_t count = 0;         ///< recursive mutex: levels; rwlock: readers; semaphore: value; barrier: missing
  std::uint32_t expected = 0;      ///< barrier: in each phase
  std::uint64_t phase = 0;         ///< barrier
  detail::WaitQueue waiters = {};  ///< condition
};

/// A variable or an atomic.
struct Value {
  ObjectIndex index;
  /// It has just been made, and is not static: its memory holds what others have left there.
  bool holds_leftovers = false;
  Seen* seen = nullptr;  ///< valid until the next call
};

/// A variable and where it lies.
struct Variable {
  const void* address;
  ObjectIndex index;
};

/// All objects of the execution under way. Keeps its memory from execution to execution.
class Objects {
 public:
  /// Forgets everything.
  void begin();
  /// The object without a state of its own at an address.
  Value value(Execution& execution, const void* address, Use use, ValueKind kind);
  /// The other kind; `make(SyncObject&)` says of a new one what it is, and returns its kind. Valid until the next run.
  template <class Make>
  SyncObject& sync(Execution& execution, const void* address, Use use, Make make) {
    std::uint32_t& entry = find(execution, address, use).number;
    if (entry == none) {
      // In life it would be looked at, too: a null pointer crashes. A mere name for an order may be any address.
      if (use != Use::order) static_cast<void>(*static_cast<const volatile char*>(address));
      SyncObject& made = add(entry);
      const std::uint32_t number = entry;
      made.handle = create(execution, address, make(made), ValueKind::none);
      if (Heap::contains(address)) in_blocks_.push_back({address, use});
      return pool_[number];
    }
    return pool_[entry];
  }
  /// The same, or null if there is none.
  SyncObject* known(const void* address, Use use);
  /// What was at the address is gone: whatever is there next is another object.
  void forget(const void* address, Use use);
  /// The same for all that the bytes stand for.
  void forget_heap(const void* address, std::size_t size);
  /// The variables in the memory that another thread than the running one has touched last.
  std::vector<Variable> others_variables(const Execution& execution, const void* memory, std::size_t size);
  /// The memory is freed, and with it what threads synchronise with in it.
  void destroy(Execution& execution, const void* memory, std::size_t size, const void* place);
  /// Whether the execution has objects that are neither static, nor on a stack, nor in the program's heap.
  bool has_heap() const { return heap_ > 0; }

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  struct Entry {
    std::uint64_t key = 0;  // address and use
    std::uint32_t serial = 0;
    std::uint32_t number = none;  // ObjectIndex, or place in pool_
    Seen seen = {};               // variables only
  };
  static std::uint64_t key_of(const void* address, Use use) {
    return reinterpret_cast<std::uintptr_t>(address) | std::uint64_t{static_cast<std::uint8_t>(use)} << 56;
  }
  std::size_t slot_of(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15U) >> shift_; }
  Entry* look_up(std::uint64_t key);
  Entry& find(Execution& execution, const void* address, Use use);
  SyncObject& add(std::uint32_t& entry);
  ObjectHandle create(Execution& execution, const void* address, ObjectKind kind, ValueKind value);
  void grow();

  std::vector<Entry> entries_ = std::vector<Entry>(1U << 8);  // open addressing; a power of two
  unsigned shift_ = 64 - 8;
  std::size_t used_ = 0;      // entries of this execution
  std::uint32_t serial_ = 0;  // of this execution: entries with another are free
  std::deque<SyncObject> pool_;
  std::size_t pool_used_ = 0;
  std::uint32_t heap_ = 0;
  struct InBlock {
    const void* address;
    Use use;
  };
  std::vector<InBlock> in_blocks_;  // what threads synchronise with, in the program's heap
};

/// The one that all entry points use.
Objects& objects();

/// Where an object lies, by its identity, if that is in the program itself; else null.
const void* static_address(const ObjectInfo& object);

/// The same, if that is on a stack or in a block of the program's heap, while the execution is under way.
Whereabouts whereabouts(Execution& execution, const ObjectInfo& object);

/// Whether an address lies in the program itself, not in a shared library.
bool is_of_program(const void* address);

}  // namespace snag::instrument
