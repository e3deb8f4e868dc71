#include "harness/instrument/heap.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace snag::instrument {

namespace {

constexpr std::uintptr_t mapped_first = std::uintptr_t{1} << 20;
constexpr std::uintptr_t kept_max = std::uintptr_t{1} << 22;  // bytes of a region that stay from execution to execution
constexpr std::size_t small_granules_max = 64;

struct Piece {
  std::size_t size_class;
  std::size_t size;
};

// Up to a kilobyte each number of granules is a class; beyond, there are four between one power of two and the next.
Piece piece_for(std::size_t bytes, std::size_t granule) {
  const std::size_t granules = (bytes + granule - 1) / granule;
  if (granules <= small_granules_max) return {granules, granules * granule};
  const auto bits = static_cast<std::size_t>(std::bit_width(granules - 1));
  const std::size_t quarter = (granules + (std::size_t{1} << (bits - 3)) - 1) >> (bits - 3);  // 5 to 8
  return {small_granules_max + (bits - 7) * 4 + quarter - 4, (quarter << (bits - 3)) * granule};
}

// memset is slow for a few bytes that are looked at soon afterwards, where it uses masked stores.
void fill(void* memory, std::size_t size, std::uint8_t with) {
  constexpr std::size_t few = 256;
  if (size > few) {
    std::memset(memory, with, size);
    return;
  }
  const std::uint64_t word = with * 0x0101'0101'0101'0101U;
  auto* at = static_cast<std::uint8_t*>(memory);
  std::uint8_t* const end = at + size;
  for (; end - at >= 8; at += 8) {
    std::memcpy(at, &word, 8);
    asm volatile("" ::: "memory");  // else the compiler makes a memset of it
  }
  for (; at < end; ++at) {
    *at = with;
    asm volatile("" ::: "memory");
  }
}

bool map(std::uintptr_t at, std::size_t size) {
  void* const wanted = reinterpret_cast<void*>(at);
  return mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
              -1, 0) == wanted;
}

}  // namespace

void make_heap() {
  if (the_heap != nullptr) return;
  void* const memory =
      mmap(nullptr, sizeof(Heap), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "the program's heap");
  the_heap = static_cast<Heap*>(memory);  // zeros are what it begins with
}

void Heap::begin() {
  if (early_allocations_ > 0 && early_ == nullptr) keep_early();
  for (std::size_t i = 0; i < in_use_count_; ++i) forget(regions_[in_use_[i]]);
  in_use_count_ = 0;
  if (early_ != nullptr) put_early_back();
}

void Heap::keep_early() {
  const Region& region = regions_[0];
  const std::size_t size = region.used + region.used / granule;
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    throw std::system_error(errno, std::generic_category(), "a copy of what static initialisers have allocated");
  early_used_ = region.used;
  early_ = static_cast<std::byte*>(memory);
  std::memcpy(early_, reinterpret_cast<const void*>(base), early_used_);
  std::memcpy(early_ + early_used_, shadow_at(0), early_used_ / granule);
}

void Heap::put_early_back() {
  Region& region = take(0, 0);
  std::memcpy(reinterpret_cast<void*>(base), early_, early_used_);
  std::memcpy(shadow_at(0), early_ + early_used_, early_used_ / granule);
  region.used = early_used_;
  region.allocations = early_allocations_;
}

void Heap::forget(Region& region) {
  const std::uintptr_t begin = begin_of(region);
  fill(shadow_at(begin - base), region.used / granule, nothing);
  if (region.used > kept_max) {
    madvise(reinterpret_cast<void*>(begin + kept_max), region.mapped - kept_max, MADV_DONTNEED);
    madvise(shadow_at(begin + kept_max - base), (region.mapped - kept_max) / granule, MADV_DONTNEED);
    region.dirty = kept_max;
  }
  of_thread_[region.thread] = 0;
  region.used = 0;
  region.allocations = 0;
  region.in_use = false;
  region.quarantine_first = region.quarantine_last = nullptr;
  region.quarantined = 0;
  if (region.has_ready) region.ready.fill(nullptr);
  region.has_ready = false;
}

// A thread's region must not depend on the schedule: T0's nth child has the nth; others, which may be numbered in any
// order, go by their identity.
Heap::Region* Heap::region_of(const Execution& execution, const ControlledThread& thread) {
  if (thread.index >= regions_max) return nullptr;
  const std::uint16_t number = of_thread_[thread.index];
  if (number != 0) return &regions_[number - 1U];
  constexpr std::size_t half = regions_max / 2;
  const ThreadInfo& info = execution.trace().threads[thread.index];
  std::size_t wanted = 0;
  if (info.parent == 0 && info.nth + 1 < half)
    wanted = info.nth + 1;
  else if (info.parent != no_thread)
    wanted = half + (thread.identity >> 32) % half;
  for (std::size_t tries = 0; regions_[wanted].in_use; ++tries) {
    if (tries == half) return nullptr;
    wanted = half + (wanted + 1) % half;
  }
  return &take(wanted, thread.index);
}

Heap::Region& Heap::take(std::size_t number, ThreadIndex thread) {
  Region& region = regions_[number];
  region.in_use = true;
  region.thread = thread;
  in_use_[in_use_count_++] = static_cast<std::uint16_t>(number);
  of_thread_[thread] = static_cast<std::uint16_t>(number + 1);
  return region;
}

bool Heap::grow(Region& region, std::uintptr_t end) {
  if (end > region_mask) return false;
  std::uintptr_t wanted = std::max(mapped_first, 2 * region.mapped);
  while (wanted < end) wanted *= 2;
  const std::uintptr_t at = begin_of(region) + region.mapped;
  const std::size_t size = wanted - region.mapped;
  // The shadow first: as long as the region has not grown, it is not looked at.
  if (!map(reinterpret_cast<std::uintptr_t>(shadow_at(at - base)), size / granule)) return false;
  if (!map(at, size)) {
    munmap(shadow_at(at - base), size / granule);
    return false;
  }
  region.mapped = wanted;
  return true;
}

Allocation Heap::allocate(const Execution& execution, const ControlledThread& thread, std::size_t size,
                          std::size_t alignment) {
  Region* const region = region_of(execution, thread);
  return region == nullptr ? Allocation{} : allocate_in(*region, size, alignment);
}

Allocation Heap::allocate_early(std::size_t size, std::size_t alignment) {
  Region& region = of_thread_[0] == 0 ? take(0, 0) : regions_[0];
  const Allocation allocation = allocate_in(region, size, alignment);
  early_allocations_ = region.allocations;
  return allocation;
}

Allocation Heap::allocate_in(Region& region, std::size_t size, std::size_t alignment) {
  if (size > region_mask || alignment > region_mask) return {};
  const std::size_t slack = alignment > granule ? alignment : 0;
  const Piece piece = piece_for(sizeof(Block) + std::max<std::size_t>(size, 1) + slack, granule);
  if (piece.size_class >= classes) return {};
  Block*& ready = region.ready[piece.size_class];
  const bool is_reused = ready != nullptr;
  std::uintptr_t at = 0;
  if (is_reused) {
    at = reinterpret_cast<std::uintptr_t>(ready) - ready->front * granule;
    ready = ready->next;
    fill(shadow_at(at - base), piece.size / granule, nothing);
    fill(reinterpret_cast<void*>(at), piece.size, 0);
  } else {
    const std::uintptr_t end = region.used + piece.size;
    if (end > region.mapped && !grow(region, end)) return {};
    at = begin_of(region) + region.used;
    if (region.used < region.dirty) fill(reinterpret_cast<void*>(at), std::min(end, region.dirty) - region.used, 0);
    region.used = end;
    region.dirty = std::max(region.dirty, end);
  }
  std::uintptr_t memory = at + sizeof(Block);
  if (slack > 0) memory = (memory + alignment - 1) & ~(alignment - 1);
  auto* const block = reinterpret_cast<Block*>(memory) - 1;
  *block = {.size = size,
            .next = nullptr,
            .nth = region.allocations++,
            .object = no_object,
            .front = static_cast<std::uint32_t>((memory - sizeof(Block) - at) / granule),
            .owner = region.thread,
            .size_class = static_cast<std::uint8_t>(piece.size_class),
            .state = Block::State::live};
  *(shadow_at(memory - base) - 1) = head;
  return {block, is_reused};
}

// What leaves the quarantine is handed out again by the thread that freed it: so nobody else's calls decide where a
// thread's blocks lie.
void Heap::release(Block& block, const Execution& execution, const ControlledThread& thread) {
  release(block);
  Region* const region = region_of(execution, thread);
  if (region == nullptr) return;
  (region->quarantine_first == nullptr ? region->quarantine_first : region->quarantine_last->next) = &block;
  region->quarantine_last = &block;
  region->quarantined += block.size;
  while (region->quarantined > quarantine_max) {
    Block& oldest = *region->quarantine_first;
    region->quarantine_first = oldest.next;
    region->quarantined -= oldest.size;
    oldest.next = region->ready[oldest.size_class];
    region->ready[oldest.size_class] = &oldest;
    region->has_ready = true;
  }
}

void Heap::release(Block& block) {
  block.state = Block::State::freed;
  block.next = nullptr;
  const std::size_t granules = std::max<std::size_t>(1, (block.size + granule - 1) / granule);
  fill(shadow_at(offset_of(block.memory())), granules, freed);
}

Block* Heap::block_of(const void* address) const {
  const std::uintptr_t offset = offset_of(address);
  if (!contains(address)) return nullptr;
  const Region& region = regions_[offset >> region_bits];
  const std::uintptr_t in_region = offset & region_mask;
  if (in_region >= region.used) return nullptr;
  if (offset % granule == 0 && in_region > 0 && *(shadow_at(offset) - 1) == head)
    return const_cast<Block*>(static_cast<const Block*>(address)) - 1;
  const std::uint8_t* const first = shadow_at(offset - in_region);
  const auto* const found = static_cast<const std::uint8_t*>(memrchr(first, head, in_region / granule));
  if (found == nullptr) return nullptr;
  auto* const memory =
      reinterpret_cast<Block*>(begin_of(region) + static_cast<std::uintptr_t>(found + 1 - first) * granule);
  Block* const block = memory - 1;
  const bool is_inside = static_cast<const char*>(address) < block->begin() + std::max<std::size_t>(block->size, 1);
  return is_inside ? block : nullptr;
}

}  // namespace snag::instrument
