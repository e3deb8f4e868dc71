#include "harness/instrument/statics.h"

#include "harness/execution/execution.h"

#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace snag::instrument {

namespace {

// Up to here it costs less to compare all than to ask the system which pages have been written (measured).
constexpr std::size_t page = 4096;
constexpr std::size_t compared_max = 64UL * 1024;

struct Part {
  std::byte* begin = nullptr;
  std::byte* end = nullptr;
};

Part part_of(const dl_phdr_info& info, const ElfW(Phdr) & header) {
  auto* const begin = reinterpret_cast<std::byte*>(info.dlpi_addr + header.p_vaddr);
  return {begin, begin + header.p_memsz};
}

bool contains(const Part& part, const void* address) { return address >= part.begin && address < part.end; }

// An object as the loader has it.
struct Module {
  std::string_view name = {};
  bool is_program = false;  // the first that is told
  bool has_thread_locals = false;
  Part all = {};
  Part read_only_later = {};  // what the loader writes and then locks
  std::array<Part, 8> writable = {};
  std::size_t writable_count = 0;
};

Module read(const dl_phdr_info& info) {
  Module module{.name = info.dlpi_name};
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const Part part = part_of(info, header);
    if (header.p_type == PT_TLS && header.p_memsz > 0) module.has_thread_locals = true;
    if (header.p_type == PT_GNU_RELRO) module.read_only_later = part;
    if (header.p_type != PT_LOAD) continue;
    module.all.begin = module.all.begin == nullptr ? part.begin : std::min(module.all.begin, part.begin);
    module.all.end = std::max(module.all.end, part.end);
    if ((header.p_flags & PF_W) != 0 && module.writable_count < module.writable.size())
      module.writable[module.writable_count++] = part;
  }
  return module;
}

// Whether the object's code calls __tsan_init, as that of each instrumented source file does, and finds it elsewhere: one
// that holds snag has it itself.
bool imports_instrumentation(const dl_phdr_info& info) {
  const ElfW(Dyn)* entry = nullptr;
  for (int i = 0; i < info.dlpi_phnum; ++i)
    if (info.dlpi_phdr[i].p_type == PT_DYNAMIC)
      entry = reinterpret_cast<const ElfW(Dyn)*>(info.dlpi_addr + info.dlpi_phdr[i].p_vaddr);
  // The loader has turned distances into addresses, but for the object that the kernel lends.
  const auto address = [&](const ElfW(Dyn) & of) {
    return of.d_un.d_ptr < info.dlpi_addr ? info.dlpi_addr + of.d_un.d_ptr : of.d_un.d_ptr;
  };
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  std::uint32_t imported = 0;  // those come before the ones that a GNU hash table holds
  for (; entry != nullptr && entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(address(*entry));
    if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(address(*entry));
    if (entry->d_tag == DT_GNU_HASH) imported = reinterpret_cast<const std::uint32_t*>(address(*entry))[1];
    if (entry->d_tag == DT_HASH && imported == 0) imported = reinterpret_cast<const std::uint32_t*>(address(*entry))[1];
  }
  if (symbols == nullptr || names == nullptr) return false;
  for (std::uint32_t i = 1; i < imported; ++i)
    if (symbols[i].st_shndx == SHN_UNDEF && std::string_view(names + symbols[i].st_name) == "__tsan_init") return true;
  return false;
}

// The object around an address; one without extent if there is none.
Module module_of(const void* address) {
  struct Search {
    const void* address;
    Module found = {};
    bool is_first = true;
  } search{address};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* argument) {
        auto& wanted = *static_cast<Search*>(argument);
        Module module = read(*info);
        module.is_program = std::exchange(wanted.is_first, false);
        if (!contains(module.all, wanted.address)) return 0;
        wanted.found = module;
        return 1;
      },
      &search);
  return search.found;
}

}  // namespace

Statics& statics() {
  static constinit Statics all;
  return all;
}

// Who calls __tsan_init is not seen in its return address: optimised code jumps there.
void Statics::find_objects() {
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* self) {
        const Module module = read(*info);
        if (imports_instrumentation(*info)) static_cast<Statics*>(self)->add(module.all.begin, module.all.end);
        return 0;
      },
      this);
}

void Statics::add(std::byte* begin, std::byte* end) {
  for (std::size_t i = 0; i < objects_count_; ++i)
    if (objects_[i].begin == begin) return;
  too_many_ = too_many_ || objects_count_ == objects_.size();
  if (too_many_) return;
  objects_[objects_count_++] = {begin, end};
}

bool Statics::cover(const void* address) const {
  for (std::size_t i = 0; i < taken_in_; ++i)
    if (contains({objects_[i].begin, objects_[i].end}, address)) return true;
  return false;
}

void Statics::take_in(const Object& object) {
  const Module module = module_of(object.begin);
  if (module.has_thread_locals && !module.is_program)
    throw UsageError(
        fmt::format("{} has thread_local variables, which cannot be put back between executions that share a process: "
                    "link it into the program, or run the program as a whole (`snag run -- ./program`)",
                    module.name));
  for (std::size_t i = 0; i < module.writable_count; ++i) {
    const auto& [begin, end] = module.writable[i];
    const auto& [locked, unlocked] = module.read_only_later;
    if (unlocked <= begin || locked >= end) {
      keep(begin, end);
      continue;
    }
    keep(begin, locked);
    // Whole pages are locked; what lies behind the last of them is not.
    keep(std::max(begin, unlocked - reinterpret_cast<std::uintptr_t>(unlocked) % page), end);
  }
}

void Statics::keep(std::byte* begin, std::byte* end) {
  if (begin >= end) return;
  const auto size = static_cast<std::size_t>(end - begin);
  std::byte* const first_page = begin + (page - reinterpret_cast<std::uintptr_t>(begin) % page) % page;
  const std::size_t pages = size <= compared_max ? 0 : static_cast<std::size_t>(end - first_page) / page;
  if (pages > 0) {
    const Span middle{first_page, pages * page, {}};
    if (map_copy(middle)) {
      spans_.push_back(middle);
      keep(begin, first_page);
      keep(first_page + middle.size, end);
      return;
    }
  }
  spans_.push_back({begin, size, {begin, end}});
}

// In the place of the pages comes a private mapping of a file with the same bytes: whoever writes gets a copy of the page,
// and to drop the copies is to put all back.
bool Statics::map_copy(const Span& span) {
  const int file = memfd_create("static storage", MFD_CLOEXEC);
  if (file < 0) return false;
  std::size_t written = 0;
  while (written < span.size) {
    const ssize_t count = ::write(file, span.begin + written, span.size - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  const bool mapped = written == span.size && mmap(span.begin, span.size, PROT_READ | PROT_WRITE,
                                                   MAP_PRIVATE | MAP_FIXED, file, 0) == span.begin;
  close(file);
  return mapped;
}

void Statics::begin() {
  for (const Span& span : spans_) {
    if (span.before.empty()) {
      madvise(span.begin, span.size, MADV_DONTNEED);
      continue;
    }
    for (std::size_t at = 0; at < span.size; at += page) {
      const std::size_t size = std::min(page, span.size - at);
      if (std::memcmp(span.begin + at, span.before.data() + at, size) != 0)
        std::memcpy(span.begin + at, span.before.data() + at, size);
    }
  }
  if (std::exchange(has_news_, false)) find_objects();
  if (too_many_)
    throw UsageError(
        fmt::format("the program has more than {} shared libraries of instrumented code: run it as a whole "
                    "(`snag run -- ./program`)",
                    objects_.size()));
  for (; taken_in_ < objects_count_; ++taken_in_) take_in(objects_[taken_in_]);
}

}  // namespace snag::instrument
