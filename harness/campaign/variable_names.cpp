#include "harness/campaign/variable_names.h"

#include "harness/campaign/debug_information.h"
#include "harness/campaign/symbols.h"
#include "harness/execution/front_end.h"

#include <dwarf.h>
#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace snag {

namespace {

using namespace debug_information;

struct Variable {
  std::string name;
  std::uint64_t offset;  // of this part of it
  std::uint64_t size;
  std::optional<Dwarf_Die> type;
};

// Those of one module, by address in this process.
using Variables = std::map<std::uint64_t, Variable>;

// A part of a variable, as a rule all of it, that lies in static storage.
struct Part {
  std::uint64_t address;
  std::uint64_t offset;
  std::optional<std::uint64_t> size;
};

// DWARF 5 keeps addresses in a table. 0: the operation tells none.
std::uint64_t address_in(Dwarf_Attribute& location, const Dwarf_Op& operation) {
  if (operation.atom == DW_OP_addr) return operation.number;
  Dwarf_Attribute indirect;
  Dwarf_Addr address = 0;
  if (operation.atom != DW_OP_addrx || dwarf_getlocation_attr(&location, &operation, &indirect) != 0 ||
      dwarf_formaddr(&indirect, &address) != 0)
    return 0;
  return address;
}

// Compilers cut variables whose address nobody takes into pieces.
std::vector<Part> parts_of(Dwarf_Die& variable) {
  std::vector<Part> parts;
  Dwarf_Attribute location;
  Dwarf_Op* operations = nullptr;
  std::size_t count = 0;
  if (dwarf_attr(&variable, DW_AT_location, &location) == nullptr ||
      dwarf_getlocation(&location, &operations, &count) != 0)
    return parts;
  std::uint64_t offset = 0;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Dwarf_Op& operation = operations[i];
    if (operation.atom == DW_OP_piece) {
      if (address != 0) parts.push_back({address, offset, operation.number});
      offset += operation.number;
      address = 0;
    } else {
      address = address_in(location, operation);
    }
  }
  if (address != 0 && count == 1) parts.push_back({address, 0, std::nullopt});
  return parts;
}

void collect(Dwarf_Die& scope, Dwarf_Addr bias, const std::string& function, Variables& variables) {
  for_each_child(scope, [&](Dwarf_Die& die) {
    switch (dwarf_tag(&die)) {
      case DW_TAG_variable:
        for (const Part& part : parts_of(die)) {
          std::string name(name_of(die));
          if (name.empty()) return;
          if (!function.empty()) name += " in " + function;
          std::optional<Dwarf_Die> type = type_of(die);
          const std::uint64_t size = part.size.value_or(type ? size_of(*type) : 0);
          variables.try_emplace(part.address + bias, Variable{std::move(name), part.offset, size, type});
        }
        break;
      case DW_TAG_namespace:
      case DW_TAG_structure_type:  // whose functions may be defined in it, as a local lambda's is
      case DW_TAG_class_type:
      case DW_TAG_lexical_block: collect(die, bias, function, variables); break;
      case DW_TAG_inlined_subroutine:
      case DW_TAG_subprogram: {
        const std::string_view name = name_of(die);
        collect(die, bias, name.empty() ? function : std::string(name), variables);
        break;
      }
      default: break;
    }
  });
}

// The debug information of this process's modules. Never freed: it may be needed when the process ends.
class Modules {
 public:
  static Modules& all() {
    static auto& modules = *new Modules;
    return modules;
  }

  std::string name_at(std::uint64_t address) {
    Dwfl_Module* const module = dwfl_ == nullptr ? nullptr : dwfl_addrmodule(dwfl_, address);
    if (module == nullptr) return {};
    const Variables& known = variables_of(module);
    auto next = known.upper_bound(address);
    if (next != known.begin()) {
      const auto& [begin, variable] = *--next;
      if (address - begin < variable.size || address == begin)
        return name_within(variable, variable.offset + address - begin);
    }
    return name_by_symbol(module, address);
  }

 private:
  Modules() : dwfl_(modules()) {}

  static std::string name_within(const Variable& variable, std::uint64_t offset) {
    // "count in main" has its path before the words.
    const std::size_t words = variable.name.find(" in ");
    std::string name = variable.name.substr(0, words);
    if (variable.type) name += path_into(*variable.type, offset);
    return words == std::string::npos ? name : name + variable.name.substr(words);
  }

  static std::string name_by_symbol(Dwfl_Module* module, std::uint64_t address) {
    GElf_Off distance = 0;
    GElf_Sym symbol;
    const char* const name = dwfl_module_addrinfo(module, address, &distance, &symbol, nullptr, nullptr, nullptr);
    if (name != nullptr && distance < symbol.st_size) {
      // What the compiler made of a part of a variable has a number behind a dot.
      const std::string_view symbol_name = name;
      const std::string whole = demangled(std::string(symbol_name.substr(0, symbol_name.find('.'))).c_str());
      const std::size_t last = whole.rfind("::");
      const std::string own = last == std::string::npos ? whole : whole.substr(last + 2);
      return distance == 0 ? own : fmt::format("{}+{}", own, distance);
    }
    Dwarf_Addr begin = 0;
    const char* const path = dwfl_module_info(module, nullptr, &begin, nullptr, nullptr, nullptr, nullptr, nullptr);
    const std::string_view file = path == nullptr ? std::string_view("?") : path;
    return fmt::format("{}+{:#x}", file.substr(file.rfind('/') + 1), address - begin);
  }

  const Variables& variables_of(Dwfl_Module* module) {
    const auto [entry, is_new] = by_module_.try_emplace(module);
    if (!is_new) return entry->second;
    Dwarf_Addr bias = 0;
    for (Dwarf_Die* unit = dwfl_module_nextcu(module, nullptr, &bias); unit != nullptr;
         unit = dwfl_module_nextcu(module, unit, &bias))
      collect(*unit, bias, {}, entry->second);
    return entry->second;
  }

  Dwfl* dwfl_;
  std::map<Dwfl_Module*, Variables> by_module_;  // looked up only
};

void name_object(Execution& execution, ObjectIndex index) {
  const Scenario* const scenario = execution.scenario();
  if (scenario == nullptr || scenario->front_end == nullptr || index >= execution.trace().objects.size()) return;
  const ObjectInfo& info = execution.object(index);
  if (!info.name.empty()) return;
  const void* const address = scenario->front_end->static_address(info);
  if (address != nullptr) execution.set_name({index, execution.serial()}, static_variable_name(address));
}

}  // namespace

std::string static_variable_name(const void* address) {
  static auto& known = *new std::unordered_map<const void*, std::string>;
  const auto [entry, is_new] = known.try_emplace(address);
  if (is_new) entry->second = Modules::all().name_at(reinterpret_cast<std::uintptr_t>(address));
  return entry->second;
}

void name_objects(Execution& execution, const Findings& findings) {
  for (const Finding& finding : findings)
    for (const ObjectIndex object : finding.objects) name_object(execution, object);
}

void name_objects(Execution& execution) {
  const auto count = static_cast<ObjectIndex>(execution.trace().objects.size());
  for (ObjectIndex object = 0; object < count; ++object) name_object(execution, object);
}

}  // namespace snag
