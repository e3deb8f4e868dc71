#include "harness/campaign/debug_information.h"

#include "harness/execution/own_process.h"

#include <dwarf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <vector>

namespace snag::debug_information {

std::optional<std::uint64_t> number_of(Dwarf_Die& die, unsigned int attribute) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  if (dwarf_attr_integrate(&die, attribute, &found) == nullptr || dwarf_formudata(&found, &value) != 0)
    return std::nullopt;
  return value;
}

std::string_view name_of(Dwarf_Die& die) {
  const char* const name = dwarf_diename(&die);
  return name == nullptr ? std::string_view() : name;
}

std::optional<Dwarf_Die> type_of(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  Dwarf_Die type;
  Dwarf_Die peeled;
  if (dwarf_formref_die(dwarf_attr_integrate(&die, DW_AT_type, &attribute), &type) == nullptr) return std::nullopt;
  if (dwarf_peel_type(&type, &peeled) != 0) return std::nullopt;
  return peeled;
}

std::uint64_t size_of(Dwarf_Die& type) {
  Dwarf_Word size = 0;
  return dwarf_aggregate_size(&type, &size) == 0 ? size : 0;
}

namespace {

// Elements of an array of arrays: "[1][2]".
std::string path_into_array(Dwarf_Die& array, std::uint64_t offset) {
  std::optional<Dwarf_Die> element = type_of(array);
  const std::uint64_t size = element ? size_of(*element) : 0;
  if (size == 0) return {};
  std::vector<std::uint64_t> counts;
  for_each_child(array, [&](Dwarf_Die& range) {
    if (dwarf_tag(&range) != DW_TAG_subrange_type) return;
    if (const auto count = number_of(range, DW_AT_count))
      counts.push_back(*count);
    else
      counts.push_back(number_of(range, DW_AT_upper_bound).value_or(0) + 1);
  });
  std::uint64_t index = offset / size;
  std::string path;
  for (std::size_t i = counts.size(); i-- > 0;) {
    const std::uint64_t within = i == 0 || counts[i] == 0 ? index : index % counts[i];
    path.insert(0, fmt::format("[{}]", within));
    index = counts[i] == 0 ? 0 : index / counts[i];
  }
  return path + path_into(*element, offset % size);
}

// Members whose names begin with an underscore are a library's own: "ready" rather than "ready._M_base._M_i".
std::string path_into_members(Dwarf_Die& whole, std::uint64_t offset) {
  std::string path;
  bool found = false;
  for_each_child(whole, [&](Dwarf_Die& part) {
    const int tag = dwarf_tag(&part);
    if (found || (tag != DW_TAG_member && tag != DW_TAG_inheritance)) return;
    const bool in_union = dwarf_tag(&whole) == DW_TAG_union_type;
    const std::optional<std::uint64_t> begin =
        in_union ? std::uint64_t{0} : number_of(part, DW_AT_data_member_location);
    std::optional<Dwarf_Die> type = type_of(part);
    if (!begin || !type || offset < *begin || offset - *begin >= size_of(*type)) return;
    found = true;
    const std::string_view name = name_of(part);
    if (tag == DW_TAG_member && !name.empty() && name.front() != '_') path = fmt::format(".{}", name);
    path += path_into(*type, offset - *begin);
  });
  return path;
}

}  // namespace

std::string path_into(Dwarf_Die type, std::uint64_t offset) {
  switch (dwarf_tag(&type)) {
    case DW_TAG_array_type: return path_into_array(type, offset);
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type: return path_into_members(type, offset);
    default: return {};
  }
}

namespace {

// Where a module's debug information lies apart from it, the standard way would look for a client that asks servers for
// it: forty libraries, and perhaps the network. Programs under test carry their own.
int find_no_other_file(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word, char**) {
  return -1;
}

// Its file stays open: where a program would get the next number otherwise, executions after a report would differ.
int find_file(Dwfl_Module* module, void** user_data, const char* name, Dwarf_Addr base, char** file_name, Elf** elf) {
  return out_of_the_way(dwfl_linux_proc_find_elf(module, user_data, name, base, file_name, elf));
}

}  // namespace

Dwfl* modules() {
  static Dwfl* const all = []() -> Dwfl* {
    if (load_library != nullptr && !load_library()) return nullptr;
    static const Dwfl_Callbacks callbacks = {.find_elf = &find_file,
                                             .find_debuginfo = &find_no_other_file,
                                             .section_address = nullptr,
                                             .debuginfo_path = nullptr};
    Dwfl* const made = dwfl_begin(&callbacks);
    if (made == nullptr) return made;
    dwfl_linux_proc_report(made, getpid());
    dwfl_report_end(made, nullptr, nullptr);
    return made;
  }();
  return all;
}

// Clang makes no table of addresses.
Dwarf_Die* unit_at(Dwarf_Addr address, Dwarf_Addr& bias) {
  Dwfl_Module* const module = modules() == nullptr ? nullptr : dwfl_addrmodule(modules(), address);
  if (module == nullptr) return nullptr;
  if (Dwarf_Die* const unit = dwfl_module_addrdie(module, address, &bias)) return unit;
  Dwarf_Die* unit = nullptr;
  while ((unit = dwfl_module_nextcu(module, unit, &bias)) != nullptr)
    if (dwarf_haspc(unit, address - bias) > 0) return unit;
  return nullptr;
}

}  // namespace snag::debug_information
