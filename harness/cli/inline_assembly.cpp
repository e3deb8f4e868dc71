#include "harness/cli/inline_assembly.h"

#include "harness/campaign/debug_information.h"
#include "harness/campaign/symbols.h"

#include <Zydis/Zydis.h>
#include <dlfcn.h>
#include <dwarf.h>
#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace snag {

namespace {

using namespace debug_information;

struct Range {
  std::uintptr_t begin;
  std::uintptr_t end;
  bool has(std::uintptr_t at, std::size_t size) const { return at >= begin && at < end && size <= end - at; }
};

// One that may hold code of the program.
struct Module {
  std::vector<Range> readable = {};
  std::vector<Range> code = {};
  bool has(std::uintptr_t at, std::size_t size) const { return is_in(readable, at, size); }
  bool has_code(std::uintptr_t at, std::size_t size) const { return is_in(code, at, size); }

 private:
  static bool is_in(const std::vector<Range>& ranges, std::uintptr_t at, std::size_t size) {
    return std::ranges::any_of(ranges, [&](const Range& range) { return range.has(at, size); });
  }
};

bool is_of_the_system(std::string_view file) {
  return file.starts_with("/lib/") || file.starts_with("/lib64/") || file.starts_with("/usr/lib/");
}

// By an address within it: those of libsnag_runtime and of the system are left out.
std::vector<std::pair<std::uintptr_t, Module>> modules_of_program() {
  std::vector<std::pair<std::uintptr_t, Module>> found;
  const auto look = [](dl_phdr_info* info, std::size_t, void* result) {
    if (is_of_the_system(info->dlpi_name)) return 0;
    Module module;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& part = info->dlpi_phdr[i];
      if (part.p_type != PT_LOAD || (part.p_flags & PF_R) == 0) continue;
      const Range range{info->dlpi_addr + part.p_vaddr, info->dlpi_addr + part.p_vaddr + part.p_memsz};
      module.readable.push_back(range);
      if ((part.p_flags & PF_X) != 0) module.code.push_back(range);
    }
    const auto self = reinterpret_cast<std::uintptr_t>(&find_inline_assembly);
    if (!module.code.empty() && !module.has(self, 1))
      static_cast<decltype(found)*>(result)->emplace_back(module.code.front().begin, std::move(module));
    return 0;
  };
  dl_iterate_phdr(look, &found);
  return found;
}

template <class Value>
Value value_at(std::uintptr_t address) {
  Value value;
  std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
  return value;
}

// Calls of the runtime go by way of a slot that holds its address, and as a rule a stub that jumps there.
class Calls {
 public:
  explicit Calls(const Module& module) : module_(module) {}

  /// Whether it is one of the functions that the compiler's instrumentation calls.
  bool is_instrumentation(std::uintptr_t at, std::size_t size) {
    if (size == 6 && value_at<std::uint16_t>(at) == 0x15ff)  // call *slot(%rip)
      return slot_is_instrumentation(at + size + distance_in(at + 2));
    const auto first = value_at<std::uint8_t>(at);
    if (size != 5 || (first != 0xe8 && first != 0xe9)) return false;  // call, jmp
    const std::uintptr_t target = at + size + distance_in(at + 1);
    const auto [entry, is_new] = known_.try_emplace(target, false);
    if (is_new) entry->second = stub_is_instrumentation(target);
    return entry->second;
  }

 private:
  static std::uintptr_t distance_in(std::uintptr_t at) {
    return static_cast<std::uintptr_t>(std::int64_t{value_at<std::int32_t>(at)});
  }

  bool stub_is_instrumentation(std::uintptr_t at) const {
    constexpr std::size_t longest = 11;  // endbr64; bnd jmp *slot(%rip)
    if (!module_.has_code(at, longest)) return false;
    if (value_at<std::uint32_t>(at) == 0xfa1e0ff3) at += 4;
    if (value_at<std::uint8_t>(at) == 0xf2) ++at;
    if (value_at<std::uint16_t>(at) != 0x25ff) return false;
    return slot_is_instrumentation(at + 6 + distance_in(at + 2));
  }

  bool slot_is_instrumentation(std::uintptr_t slot) const {
    Dl_info info{};
    if (!module_.has(slot, sizeof(void*)) || dladdr(value_at<const void*>(slot), &info) == 0) return false;
    return info.dli_sname != nullptr && std::string_view(info.dli_sname).starts_with("__tsan_");
  }

  const Module& module_;
  std::map<std::uintptr_t, bool> known_;
};

bool is_uncontrolled(const ZydisDecodedInstruction& instruction) {
  if ((instruction.attributes & ZYDIS_ATTRIB_HAS_LOCK) != 0) return true;
  switch (instruction.mnemonic) {
    case ZYDIS_MNEMONIC_XCHG:  // with memory, the bus is locked in any case
    case ZYDIS_MNEMONIC_CMPXCHG:
    case ZYDIS_MNEMONIC_CMPXCHG8B:
    case ZYDIS_MNEMONIC_CMPXCHG16B:
    case ZYDIS_MNEMONIC_XADD: {
      constexpr int two_registers = 3;
      return (instruction.attributes & ZYDIS_ATTRIB_HAS_MODRM) != 0 && instruction.raw.modrm.mod != two_registers;
    }
    case ZYDIS_MNEMONIC_SYSCALL:
    case ZYDIS_MNEMONIC_SYSENTER:
    case ZYDIS_MNEMONIC_RDTSC:
    case ZYDIS_MNEMONIC_RDTSCP:
    case ZYDIS_MNEMONIC_RDPMC:
    case ZYDIS_MNEMONIC_RDRAND:
    case ZYDIS_MNEMONIC_RDSEED:
    case ZYDIS_MNEMONIC_XBEGIN: return true;
    case ZYDIS_MNEMONIC_INT: return instruction.raw.imm[0].value.u == 0x80;
    default: return false;
  }
}

std::string words_for(const ZydisDecodedInstruction& instruction) {
  const char* const name = ZydisMnemonicGetString(instruction.mnemonic);
  const bool is_locked = (instruction.attributes & ZYDIS_ATTRIB_HAS_LOCK) != 0;
  return fmt::format("{}{}", is_locked ? "lock " : "", name == nullptr ? "?" : name);
}

struct Suspect {
  std::uintptr_t at;
  std::uintptr_t after;
  std::string words;
};

// Looks through the functions of one module after another.
class Search {
 public:
  Search() { ZydisDecoderInit(&decoder_, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64); }

  // False: there would have been more code than that.
  bool look_through(std::uintptr_t address, const Module& module, std::size_t& code_left) {
    Dwfl_Module* const symbols = modules() == nullptr ? nullptr : dwfl_addrmodule(modules(), address);
    if (symbols == nullptr) return true;
    Calls calls(module);
    std::set<std::uintptr_t> seen;  // a function may have several names
    const int count = dwfl_module_getsymtab(symbols);
    for (int i = 0; i < count; ++i) {
      GElf_Sym symbol;
      GElf_Addr begin = 0;
      if (dwfl_module_getsym_info(symbols, i, &symbol, &begin, nullptr, nullptr, nullptr) == nullptr) continue;
      const bool is_code = GELF_ST_TYPE(symbol.st_info) == STT_FUNC && module.has_code(begin, symbol.st_size);
      if (!is_code || !seen.insert(begin).second) continue;
      if (symbol.st_size > code_left) return false;
      code_left -= symbol.st_size;
      look_through_function(begin, symbol.st_size, calls);
    }
    return true;
  }

  // By source line, in order of address.
  std::vector<UncontrolledInstruction> found() {
    std::ranges::sort(suspects_, {}, &Suspect::at);
    std::vector<UncontrolledInstruction> instructions;
    std::set<std::tuple<std::string, int>> lines;
    for (const Suspect& suspect : suspects_) {
      if (!is_instrumented_unit_at(suspect.at)) continue;
      const std::vector<SourcePlace> frames = programs_frames({reinterpret_cast<const void*>(suspect.after)});
      if (frames.empty() || !lines.emplace(frames.front().file, frames.front().line).second) continue;
      instructions.push_back({frames.front(), suspect.words});
    }
    return instructions;
  }

 private:
  void look_through_function(std::uintptr_t begin, std::size_t size, Calls& calls) {
    bool is_instrumented = false;
    ZydisDecodedInstruction instruction;
    for (std::uintptr_t at = begin; at < begin + size; at += instruction.length) {
      const void* const code = reinterpret_cast<const void*>(at);
      if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder_, nullptr, code, begin + size - at, &instruction)))
        break;
      is_instrumented = is_instrumented || calls.is_instrumentation(at, instruction.length);
      if (is_uncontrolled(instruction)) suspects_.push_back({at, at + instruction.length, words_for(instruction)});
    }
    if (is_instrumented) instrumented_.insert(begin);
  }

  // A small function of nothing but assembly calls nothing; others of its unit tell how it was compiled.
  bool is_instrumented_unit_at(std::uintptr_t address) {
    Dwarf_Addr bias = 0;
    Dwarf_Die* const unit = unit_at(address, bias);
    if (unit == nullptr) return false;
    if (units_.empty())
      for (const std::uintptr_t function : instrumented_)
        if (Dwarf_Die* const one = unit_at(function, bias)) units_.insert(dwarf_dieoffset(one));
    return units_.contains(dwarf_dieoffset(unit)) || producer_tells(*unit);
  }

  // GCC's does.
  static bool producer_tells(Dwarf_Die& unit) {
    Dwarf_Attribute attribute;
    const char* const producer = dwarf_formstring(dwarf_attr(&unit, DW_AT_producer, &attribute));
    return producer != nullptr && std::string_view(producer).find("-fsanitize=thread") != std::string_view::npos;
  }

  ZydisDecoder decoder_ = {};
  std::vector<Suspect> suspects_;
  std::set<std::uintptr_t> instrumented_;  // functions
  std::set<Dwarf_Off> units_;              // that they are of
};

}  // namespace

InlineAssembly find_inline_assembly(std::size_t code_max) {
  InlineAssembly result;
  Search search;
  for (const auto& [address, module] : modules_of_program())
    result.whole = result.whole && search.look_through(address, module, code_max);
  result.instructions = search.found();
  return result;
}

std::string in_words(const InlineAssembly& found) {
  constexpr std::size_t places_max = 3;
  std::string places;
  for (std::size_t i = 0; i < std::min(places_max, found.instructions.size()); ++i) {
    const auto& [place, words] = found.instructions[i];
    places += fmt::format("{}{}:{} ({})", places.empty() ? "" : ", ", place.file, place.line, words);
  }
  if (places.empty()) return {};
  if (found.instructions.size() > places_max)
    places += fmt::format(" and {} more", found.instructions.size() - places_max);
  return fmt::format(
      "inline assembly is not controlled: no other thread goes on in between, and what it reads and writes is not "
      "seen. "
      "Write it with <atomic> or the compiler's __atomic functions, at least for tests under snag: {}",
      places);
}

}  // namespace snag
