// The program's heap. Each controlled thread has a region of its own, at an address that is the same in every process,
// and what it gets there follows from its own calls alone. Freed blocks are held back in a quarantine, and a shadow of
// one byte for each granule tells at once whether an address is in one of them. The whole heap is forgotten when an
// execution begins. Boost.Interprocess's allocators over a buffer keep their notes inside freed blocks, and do not know
// which memory still reads as zeros; with size classes and a pointer that only goes up, forgetting costs next to nothing.
#pragma once

#include "harness/execution/execution.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace snag::instrument {

/// Stands right before a block's memory.
struct Block {
  enum class State : std::uint8_t { none, live, freed };
  std::size_t size;         ///< bytes, as asked for
  Block* next;              ///< in the quarantine, or among those to be handed out again
  std::uint32_t nth;        ///< the owner's nth allocation, from 0
  ObjectIndex object;       ///< no_object: nobody has told the execution of it
  std::uint32_t front;      ///< granules from where its piece of the region begins to this
  ThreadIndex owner;        ///< who has allocated it
  std::uint8_t size_class;  ///< of its piece
  State state;

  void* memory() { return this + 1; }
  const char* begin() const { return reinterpret_cast<const char*>(this + 1); }
};
static_assert(sizeof(Block) == 32);

/// What allocate() gives.
struct Allocation {
  Block* block = nullptr;  ///< null: there is no memory left
  bool is_reused = false;  ///< another block has been there in this execution
};

/// All of it lies in memory of its own, and none in the C library's heap: a forked process has a copy.
class Heap {
 public:
  static constexpr std::uintptr_t base = 0x6100'0000'0000;
  static constexpr unsigned region_bits = 34;
  static constexpr std::size_t regions_max = 1024;
  static constexpr std::size_t quarantine_max = std::size_t{32} << 20;  ///< bytes for each thread that frees

  /// Forgets everything. Memory that has grown large is given back to the system.
  void begin();
  /// A block of zeros for a thread. alignment: a power of two.
  Allocation allocate(const Execution& execution, const ControlledThread& thread, std::size_t size,
                      std::size_t alignment);
  /// A block of zeros for static initialisers that run before the first execution. Every execution begins with these
  /// blocks as they were when the first began: they are T0's first ones.
  Allocation allocate_early(std::size_t size, std::size_t alignment);
  /// Puts a live block into the quarantine of the thread that frees it.
  void release(Block& block, const Execution& execution, const ControlledThread& thread);
  /// The same by nobody who is controlled: it is held back until the execution ends.
  void release(Block& block);
  /// Whether it is an address of this heap, handed out or not.
  static bool contains(const void* address) { return offset_of(address) < regions_max << region_bits; }
  /// Whether it lies in a block that has been freed, and not handed out again.
  bool is_freed(const void* address) const {
    const std::uintptr_t offset = offset_of(address);
    return offset < regions_max << region_bits && (offset & region_mask) < regions_[offset >> region_bits].used &&
           *shadow_at(offset) == freed;
  }
  /// The block around the address, live or freed; null if there is none.
  Block* block_of(const void* address) const;
  /// Whose region the address, which lies in a block, is in, and how far.
  ThreadIndex thread_of(const void* address) const { return regions_[offset_of(address) >> region_bits].thread; }
  static std::uintptr_t offset_in_region(const void* address) { return offset_of(address) & region_mask; }
  /// The address so far in a thread's region; null if it has none.
  const void* address_of(ThreadIndex thread, std::uintptr_t offset) const {
    const std::uint16_t number = of_thread_[thread];
    return number == 0 ? nullptr : reinterpret_cast<const void*>(begin_of(regions_[number - 1U]) + offset);
  }

 private:
  static constexpr std::uintptr_t shadow_base = 0x6000'0000'0000;
  static constexpr std::uintptr_t region_mask = (std::uintptr_t{1} << region_bits) - 1;
  static constexpr std::size_t granule = 16;
  static constexpr std::size_t classes = 192;
  enum Shadow : std::uint8_t { nothing, head, freed };  // head: a Block ends there

  struct Region {
    std::uintptr_t used;    // bytes handed out, from the begin
    std::uintptr_t dirty;   // bytes that may not be zero
    std::uintptr_t mapped;  // bytes
    std::uint32_t allocations;
    ThreadIndex thread;
    bool in_use;
    bool has_ready;
    Block* quarantine_first;
    Block* quarantine_last;
    std::size_t quarantined;  // bytes
    std::array<Block*, classes> ready;
  };

  static std::uintptr_t offset_of(const void* address) { return reinterpret_cast<std::uintptr_t>(address) - base; }
  static std::uint8_t* shadow_at(std::uintptr_t offset) {
    return reinterpret_cast<std::uint8_t*>(shadow_base + offset / granule);
  }
  std::uintptr_t begin_of(const Region& region) const {
    return base + (static_cast<std::uintptr_t>(&region - regions_.data()) << region_bits);
  }
  Region* region_of(const Execution& execution, const ControlledThread& thread);
  Region& take(std::size_t number, ThreadIndex thread);
  Allocation allocate_in(Region& region, std::size_t size, std::size_t alignment);
  bool grow(Region& region, std::uintptr_t end);
  void forget(Region& region);
  void keep_early();
  void put_early_back();

  std::array<Region, regions_max> regions_;
  std::array<std::uint16_t, regions_max> in_use_;  // numbers of regions
  std::size_t in_use_count_;
  std::array<std::uint16_t, regions_max> of_thread_;  // number of the region, plus one
  std::uint32_t early_allocations_;
  std::uintptr_t early_used_;  // bytes at the begin of the first region
  std::byte* early_;           // a copy of these, and of their shadow behind them; null: none has been made
};

inline constinit Heap* the_heap = nullptr;  ///< see heap()
/// Makes the heap, if there is none. Throws std::system_error.
void make_heap();
/// The one there is.
inline Heap& heap() { return *the_heap; }

}  // namespace snag::instrument
