// Each function of theirs that snag uses is defined here as a jump to where the library's own is, once that is loaded.
#include "harness/cli/late_libraries.h"

#include <dlfcn.h>

#include <cstdlib>

extern "C" {
// Called before anything is loaded.
__attribute__((visibility("hidden"), used)) void snag_late_function_is_missing() { std::abort(); }
}

// clang-format off
// The function, which jumps to where its slot says.
#define SNAG_LATE_FUNCTION(name)                                                 \
  extern "C" {                                                                   \
  __attribute__((visibility("hidden"))) extern void* late_##name;                \
  void* late_##name = reinterpret_cast<void*>(&snag_late_function_is_missing);   \
  }                                                                              \
  __asm__(".pushsection .text\n"                                                 \
          ".hidden " #name "\n"                                                  \
          ".globl " #name "\n"                                                   \
          ".type " #name ", @function\n"                                         \
          #name ": jmp *late_" #name "(%rip)\n"                                  \
          ".size " #name ", .-" #name "\n"                                       \
          ".popsection\n");

#define SNAG_LIBDW(DO) \
  DO(dwarf_aggregate_size) DO(dwarf_attr) DO(dwarf_attr_integrate) DO(dwarf_child) DO(dwarf_diename)                  \
  DO(dwarf_dieoffset) DO(dwarf_formaddr) DO(dwarf_formref_die) DO(dwarf_formstring) DO(dwarf_formudata)               \
  DO(dwarf_getlocation) DO(dwarf_getlocation_addr) DO(dwarf_getlocation_attr) DO(dwarf_getscopes_die)                 \
  DO(dwarf_haspc) DO(dwarf_peel_type) DO(dwarf_siblingof) DO(dwarf_tag) DO(dwfl_addrmodule) DO(dwfl_begin)            \
  DO(dwfl_linux_proc_find_elf) DO(dwfl_linux_proc_report) DO(dwfl_module_addrdie) DO(dwfl_module_addrinfo)            \
  DO(dwfl_module_getsym_info) DO(dwfl_module_getsymtab) DO(dwfl_module_info) DO(dwfl_module_nextcu)                   \
  DO(dwfl_report_end)
#define SNAG_ZYDIS(DO) \
  DO(ZydisDecoderDecodeInstruction) DO(ZydisDecoderInit) DO(ZydisMnemonicGetString)
// clang-format on

SNAG_LIBDW(SNAG_LATE_FUNCTION)
SNAG_ZYDIS(SNAG_LATE_FUNCTION)

namespace snag {

namespace {

struct LateFunction {
  const char* name;
  void** slot;
};
#define SNAG_LATE_ENTRY(name) {#name, &late_##name},
const LateFunction of_libdw[] = {SNAG_LIBDW(SNAG_LATE_ENTRY)};
const LateFunction of_zydis[] = {SNAG_ZYDIS(SNAG_LATE_ENTRY)};

template <class Functions>
bool load(const char* file, const Functions& functions) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  for (const LateFunction& function : functions) {
    *function.slot = dlsym(library, function.name);
    if (*function.slot == nullptr) return false;
  }
  return true;
}

}  // namespace

bool load_late_libraries() {
  static const bool loaded = load(SNAG_LIBDW_FILE, of_libdw) && load(SNAG_ZYDIS_FILE, of_zydis);
  return loaded;
}

}  // namespace snag
