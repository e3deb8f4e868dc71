// A copy inherits no mapped pages of a file, and finds each anew when it first comes there: half of what a short
// execution costs (measured). It does inherit those of an area in which a page has been written: so one is, with what
// was there. To inherit a page has its price, too, and so has such an area, in the making of a copy and at its end: so
// only what executions have needed is made so, and mapped.
//
// The kernel tells which pages are mapped, not which have been used, and where one is missing it maps its whole
// neighbourhood. So a first copy, which inherits none, shows the neighbourhoods. Each of the next ones inherits all
// of them but one page of each: where that is mapped at the end, it has been needed. The original, which has the rest of
// the harness to run between two copies, is watched in the same way: what it maps is inherited, wanted or not.
#include "harness/instrument/inherited_code.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace snag::instrument::inherited_code {

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t neighbourhood = 16;  // pages, at most, and aligned (Linux: fault_around_bytes)

struct Part {
  std::byte* begin = nullptr;
  std::size_t pages = 0;
  std::size_t first = 0;  // of its pages among all
  int protection = PROT_READ;
  bool is_inherited = false;
};

// Shared with the copies, which note here what they have seen.
struct {
  std::array<Part, 64> parts;
  std::size_t parts_count = 0;
  std::array<bool, 8192> near;    // by page: in a neighbourhood that has been needed
  std::array<bool, 8192> needed;  // by page
  std::uint64_t copies = 0;
} code;

// What the next copy is to show. Later executions come where the first ones did not, so it is asked for twice.
struct Lesson {
  enum class About { nothing, neighbourhoods, pages };
  About about = About::nothing;
  std::size_t missing = 0;  // which page of each neighbourhood
  bool last = false;
};

constexpr std::uint64_t second_lesson = 256;
constexpr std::uint64_t lessons_end = second_lesson + neighbourhood;
constexpr std::uint64_t copies_between_tidying = 64;

Lesson lesson_of(std::uint64_t copy) {
  for (const std::uint64_t begin : {std::uint64_t{0}, second_lesson}) {
    if (copy == begin) return {.about = Lesson::About::neighbourhoods};
    const std::uint64_t number = copy - begin;
    if (copy > begin && number <= neighbourhood)
      return {.about = Lesson::About::pages,
              .missing = static_cast<std::size_t>(number - 1),
              .last = number == neighbourhood};
  }
  return {};
}

void add(std::byte* begin, std::size_t pages, int protection) {
  if (code.parts_count == code.parts.size()) return;
  const std::size_t first =
      code.parts_count == 0 ? 0 : code.parts[code.parts_count - 1].first + code.parts[code.parts_count - 1].pages;
  if (first + pages <= code.needed.size())
    code.parts[code.parts_count++] = {.begin = begin, .pages = pages, .first = first, .protection = protection};
}

void have_inherited(Part& part) {
  const std::size_t size = part.pages * page;
  if (part.is_inherited || mprotect(part.begin, size, part.protection | PROT_WRITE) != 0) return;
  auto* const byte = reinterpret_cast<volatile char*>(part.begin);
  *byte = *byte;
  mprotect(part.begin, size, part.protection);
  part.is_inherited = true;
}

// Those parts of which something is needed.
void have_near_inherited() {
  for (std::size_t i = 0; i < code.parts_count; ++i) {
    const bool* const near = code.near.data() + code.parts[i].first;
    if (std::find(near, near + code.parts[i].pages, true) != near + code.parts[i].pages) have_inherited(code.parts[i]);
  }
}

template <class Action>
void for_each_page(const Action& action) {
  for (std::size_t i = 0; i < code.parts_count; ++i)
    for (std::size_t j = 0; j < code.parts[i].pages; ++j)
      action(code.parts[i].begin + j * page, code.parts[i].first + j);
}

bool is_missing(const std::byte* begin, std::size_t missing) {
  return reinterpret_cast<std::uintptr_t>(begin) / page % neighbourhood == missing;
}

void unmap(std::byte* begin, std::size_t pages) { madvise(begin, pages * page, MADV_DONTNEED); }

void unmap_all() {
  for (std::size_t i = 0; i < code.parts_count; ++i) unmap(code.parts[i].begin, code.parts[i].pages);
}

void map(const std::byte* begin) { static_cast<void>(*reinterpret_cast<const volatile char*>(begin)); }

void map_near_but(std::size_t missing) {
  for_each_page([&](const std::byte* begin, std::size_t number) {
    if (code.near[number] && !is_missing(begin, missing)) map(begin);
  });
  for_each_page([&](std::byte* begin, std::size_t) {
    if (is_missing(begin, missing)) unmap(begin, 1);
  });
}

// All that has been needed, and no more.
void map_needed() {
  for_each_page([](const std::byte* begin, std::size_t number) {
    if (code.needed[number]) map(begin);
  });
  for (std::size_t i = 0; i < code.parts_count; ++i) {
    const Part& part = code.parts[i];
    const bool* const needed = code.needed.data() + part.first;
    const bool* const end = needed + part.pages;
    for (const bool* from = std::find(needed, end, false); from != end;) {
      const bool* const to = std::find(from, end, true);
      unmap(part.begin + static_cast<std::size_t>(from - needed) * page, static_cast<std::size_t>(to - from));
      from = std::find(to, end, false);
    }
  }
}

// Calls the action with the number and the address of each page that is mapped in this process.
template <class Action>
void for_each_mapped(const Action& action) {
  const int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  for (std::size_t i = 0; i < code.parts_count; ++i) {
    const Part& part = code.parts[i];
    std::array<std::uint64_t, 256> entries;
    for (std::size_t at = 0; at < part.pages; at += entries.size()) {
      const std::size_t count = std::min(entries.size(), part.pages - at);
      const auto offset = (reinterpret_cast<std::uintptr_t>(part.begin) / page + at) * sizeof entries[0];
      if (pread(file, entries.data(), count * sizeof entries[0], static_cast<off_t>(offset)) <= 0) break;
      constexpr std::uint64_t present = std::uint64_t{1} << 63;
      for (std::size_t j = 0; j < count; ++j)
        if ((entries[j] & present) != 0) action(part.begin + (at + j) * page, part.first + at + j);
    }
  }
  close(file);
}

void learn(const Lesson& lesson) {
  if (lesson.about == Lesson::About::neighbourhoods)
    for_each_mapped([](const std::byte*, std::size_t number) { code.near[number] = true; });
  if (lesson.about == Lesson::About::pages)
    for_each_mapped([&](const std::byte* begin, std::size_t number) {
      if (is_missing(begin, lesson.missing)) code.needed[number] = true;
    });
}

}  // namespace

void begin() {
  dl_iterate_phdr(
      [](dl_phdr_info* module, std::size_t, void*) {
        for (int i = 0; i < module->dlpi_phnum; ++i) {
          const ElfW(Phdr)& part = module->dlpi_phdr[i];
          if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0) continue;
          if (std::string_view(module->dlpi_name).starts_with("linux-vdso")) continue;  // the kernel's
          const std::uintptr_t begin = (module->dlpi_addr + part.p_vaddr) / page * page;
          const std::uintptr_t end = module->dlpi_addr + part.p_vaddr + part.p_memsz;
          add(reinterpret_cast<std::byte*>(begin), (end - begin + page - 1) / page,
              PROT_READ | ((part.p_flags & PF_X) != 0 ? PROT_EXEC : 0));
        }
        return 0;
      },
      nullptr);
}

void before_copy() {
  if (code.copies > 0) {
    const Lesson before = lesson_of(code.copies - 1);
    learn(before);
    if (before.about == Lesson::About::neighbourhoods) have_near_inherited();
    // Again and again: what the harness does now and then comes to be mapped, too.
    if (before.last || (code.copies > lessons_end && code.copies % copies_between_tidying == 0)) map_needed();
  }
  const Lesson next = lesson_of(code.copies);
  if (next.about == Lesson::About::neighbourhoods) unmap_all();
  if (next.about == Lesson::About::pages) map_near_but(next.missing);
}

void at_end_of_copy() {
  learn(lesson_of(code.copies));
  ++code.copies;
}

}  // namespace snag::instrument::inherited_code
