#include "harness/instrument/objects.h"

#include "harness/instrument/contexts.h"
#include "harness/instrument/heap.h"
#include "harness/instrument/memory.h"

#include <link.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string_view>

namespace snag::instrument {

namespace {

// Numbers of creations, apart from each other and from those that the engine counts.
constexpr std::uint32_t on_the_heap = 1U << 29;
constexpr std::uint32_t on_a_stack = 1U << 30;
constexpr std::uint32_t thread_local_one = on_a_stack | on_the_heap;
constexpr std::uint32_t static_one = 1U << 31;
constexpr std::uint64_t address_bits = (std::uint64_t{1} << 56) - 1;  // of a key
constexpr std::uint32_t in_a_region = static_one | on_the_heap;
constexpr std::uint32_t offset_max = on_the_heap - 1;  // in the modules

std::uint32_t distance(const void* from, const void* to) {
  return static_cast<std::uint32_t>(static_cast<const char*>(to) - static_cast<const char*>(from));
}

/// A module that was loaded when the program began.
struct Image {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::uint32_t offset = 0;  ///< of its first byte, had the modules no gaps between them: the same wherever they lie
  bool contains(const void* address) const { return address >= begin && address < end; }
};

/// The program itself comes first; then its libraries, in the order in which they were loaded. What does not fit in keeps
/// the identities of what is loaded later on.
struct Images {
  std::array<Image, 256> all;
  std::size_t count = 0;
};

Image image_of(const dl_phdr_info& module) {
  Image image;
  for (int i = 0; i < module.dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = module.dlpi_phdr[i];
    if (part.p_type != PT_LOAD) continue;
    const auto* const begin = reinterpret_cast<const char*>(module.dlpi_addr + part.p_vaddr);
    image.begin = image.begin == nullptr ? begin : std::min(image.begin, begin);
    image.end = std::max(image.end, begin + part.p_memsz);
  }
  return image;
}

// The kernel's own, which holds no variable, is another on each machine.
int add_image(dl_phdr_info* module, std::size_t, void* result) {
  auto& [all, count] = *static_cast<Images*>(result);
  Image image = image_of(*module);
  if (count > 0 && std::string_view(module->dlpi_name).find("vdso") != std::string_view::npos) return 0;
  if (count > 0) image.offset = all[count - 1].offset + distance(all[count - 1].begin, all[count - 1].end);
  if (count == all.size() || image.offset + std::uint64_t{distance(image.begin, image.end)} > offset_max) return 1;
  all[count++] = image;
  return 0;
}

const Images& images() {
  static constinit Images found;
  if (found.count == 0) dl_iterate_phdr(&add_image, &found);
  return found;
}

const Image& program() { return images().all[0]; }

const Image* image_at(const void* address) {
  const auto& [all, count] = images();
  const auto found =
      std::find_if(all.begin(), all.begin() + count, [&](const Image& one) { return one.contains(address); });
  return found == all.begin() + count ? nullptr : &*found;
}

struct Origin {
  ThreadIndex creator;
  std::uint32_t nth;
  bool heap = false;
};

// 29 bits, which tell apart what lies in the first half of a gigabyte.
std::uint32_t offset_in_region(const void* address) {
  const std::uint64_t offset = Heap::offset_in_region(address);
  return static_cast<std::uint32_t>((offset ^ offset >> 29) & (on_the_heap - 1));
}

Origin origin_of(Execution& execution, const void* address) {
  if (Heap::contains(address)) return {heap().thread_of(address), in_a_region | offset_in_region(address)};
  if (const Image* const image = image_at(address))
    return {0, static_one | (image->offset + distance(image->begin, address))};
  const auto lies_on = [&](const ControlledThread& thread) {
    return address >= thread.fiber.stack_begin() && address < thread.fiber.stack_end();
  };
  const auto threads = static_cast<ThreadIndex>(execution.trace().threads.size());
  for (ThreadIndex index = 0; index < threads; ++index) {
    const ControlledThread& thread = execution.thread(index);
    if (lies_on(thread)) return {index, on_a_stack | distance(address, thread.fiber.stack_end())};
    if (const std::byte* const begin = contexts().thread_locals_of(index, address))
      return {index, thread_local_one | distance(begin, address)};
  }
  ControlledThread& self = execution.running();
  return {self.index, on_the_heap | self.creations_at_addresses++, true};
}

}  // namespace

bool is_of_program(const void* address) { return program().contains(address); }

const void* static_address(const ObjectInfo& object) {
  const bool is_static = (object.nth & (static_one | on_a_stack | on_the_heap)) == static_one;
  if (!is_static || object.kind == ObjectKind::block) return nullptr;
  const std::uint32_t offset = object.nth & ~static_one;
  const auto& [all, count] = images();
  for (std::size_t i = count; i-- > 0;)
    if (all[i].offset <= offset) return all[i].begin + (offset - all[i].offset);
  return nullptr;
}

Whereabouts whereabouts(Execution& execution, const ObjectInfo& object) {
  constexpr std::uint32_t where = static_one | on_a_stack | on_the_heap;
  if (object.kind == ObjectKind::block) return {};
  switch (object.nth & where) {
    case on_a_stack: return {.on_stack = execution.thread(object.creator).fiber.stack_end() - (object.nth & ~where)};
    case in_a_region: {
      const void* const address = heap().address_of(object.creator, object.nth & ~where);
      const Block* const block = heap().block_of(address);
      if (block == nullptr) return {};
      return {.block = block->object,
              .offset = static_cast<std::uint64_t>(static_cast<const char*>(address) - block->begin()),
              .in_block = address};
    }
    default: return {};
  }
}

Objects& objects() {
  static Objects all;
  return all;
}

void Objects::begin() {
  if (++serial_ == 0) {
    for (Entry& entry : entries_) entry = {};
    serial_ = 1;
  }
  used_ = pool_used_ = 0;
  heap_ = 0;
  in_blocks_.clear();
}

Objects::Entry* Objects::look_up(std::uint64_t key) {
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t slot = slot_of(key);; slot = (slot + 1) & mask) {
    Entry& entry = entries_[slot];
    if (entry.serial != serial_ || entry.key == key) return &entry;
  }
}

Objects::Entry& Objects::find(Execution& execution, const void* address, Use use) {
  // Accesses to variables look for themselves.
  if (use != Use::variable && heap().is_freed(address)) [[unlikely]]
    touch_freed_block(execution, address, Touched::written, nullptr);
  const std::uint64_t key = key_of(address, use);
  Entry* entry = look_up(key);
  if (entry->serial == serial_) return *entry;
  if (2 * ++used_ > entries_.size()) {
    grow();
    entry = look_up(key);
  }
  *entry = {key, serial_, none, {}};
  return *entry;
}

void Objects::grow() {
  std::vector<Entry> old(2 * entries_.size());
  old.swap(entries_);
  --shift_;
  for (const Entry& entry : old)
    if (entry.serial == serial_) *look_up(entry.key) = entry;
}

SyncObject& Objects::add(std::uint32_t& entry) {
  entry = static_cast<std::uint32_t>(pool_used_++);
  if (entry == pool_.size()) return pool_.emplace_back();
  // Not destroyed before: who waited there in an execution that is over stands on stacks that are no more.
  return *std::construct_at(&pool_[entry]);
}

ObjectHandle Objects::create(Execution& execution, const void* address, ObjectKind kind, ValueKind value) {
  const Origin origin = origin_of(execution, address);
  if (origin.heap) ++heap_;
  return execution.create_object_of(origin.creator, origin.nth, kind, value);
}

Value Objects::value(Execution& execution, const void* address, Use use, ValueKind kind) {
  Entry& entry = find(execution, address, use);
  if (entry.number != none) return {entry.number, false, &entry.seen};
  entry.seen = {};
  entry.number = create(execution, address, use == Use::atomic ? ObjectKind::atomic : ObjectKind::variable, kind).index;
  return {entry.number, !is_of_program(address) && !Heap::contains(address), &entry.seen};
}

SyncObject* Objects::known(const void* address, Use use) {
  const Entry* const entry = look_up(key_of(address, use));
  return entry->serial == serial_ && entry->number != none ? &pool_[entry->number] : nullptr;
}

// In order of address: the table's own order depends on addresses that differ from process to process.
std::vector<Variable> Objects::others_variables(const Execution& execution, const void* memory, std::size_t size) {
  std::vector<Variable> found;
  const auto add = [&](const Entry& entry) {
    const ThreadIndex last = entry.seen.last;
    if (entry.serial != serial_ || entry.number == none || last == no_thread || last == execution.running().index)
      return;
    found.push_back({reinterpret_cast<const void*>(entry.key & address_bits), entry.number});
  };
  const auto first = reinterpret_cast<std::uintptr_t>(memory);
  if (size < entries_.size()) {
    // Of what begins elsewhere little is lost, and to look for it at every byte would cost more than all else of a free.
    constexpr std::uintptr_t alignment = 4;
    for (std::uintptr_t at = first; at < first + size; at += alignment)
      add(*look_up(key_of(reinterpret_cast<const void*>(at), Use::variable)));
    return found;
  }
  for (const Entry& entry : entries_) {
    const bool is_variable = entry.key >> 56 == static_cast<std::uint64_t>(Use::variable);
    if (is_variable && (entry.key & address_bits) - first < size) add(entry);
  }
  std::ranges::sort(found, {}, &Variable::address);
  return found;
}

// Nothing else tells that a std::mutex, which need not be destroyed by a call, is gone.
void Objects::destroy(Execution& execution, const void* memory, std::size_t size, const void* place) {
  for (std::size_t i = 0; i < in_blocks_.size();) {
    const auto [address, use] = in_blocks_[i];
    if (reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(memory) >= size) {
      ++i;
      continue;
    }
    in_blocks_[i] = in_blocks_.back();
    in_blocks_.pop_back();
    const SyncObject* const object = known(address, use);
    if (object == nullptr) continue;
    const std::uint32_t waiting = object->waiters.size(execution);
    const bool in_use = object->owner != no_thread || object->count > 0 || waiting > 0;
    execution.destroy_object(object->handle, in_use, waiting, place);
    forget(address, use);
  }
}

void Objects::forget(const void* address, Use use) {
  Entry* const entry = look_up(key_of(address, use));
  if (entry->serial == serial_) entry->number = none;
}

void Objects::forget_heap(const void* address, std::size_t size) {
  const auto first = reinterpret_cast<std::uintptr_t>(address);
  if (size * uses < entries_.size()) {
    for (std::uintptr_t at = first; at < first + size; ++at)
      for (std::uint8_t use = 0; use < uses; ++use) forget(reinterpret_cast<const void*>(at), static_cast<Use>(use));
    return;
  }
  for (Entry& entry : entries_)
    if (entry.serial == serial_ && (entry.key & address_bits) - first < size) entry.number = none;
}

}  // namespace snag::instrument
