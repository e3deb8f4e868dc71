#include "harness/campaign/stack_variables.h"

#include "harness/campaign/debug_information.h"

#include <dwarf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <string_view>

namespace snag {

namespace {

using namespace debug_information;

/// What a place in a frame is counted from.
enum class Base : std::uint8_t { unknown, frame, frame_pointer, stack_pointer };

struct Place {
  Base base = Base::unknown;
  std::int64_t offset = 0;
};

// A variable that is alive at a place of the program.
struct Local {
  Place place;
  std::uint64_t size;
  Dwarf_Die type;
  std::string name;
  std::string function;
};

Place place_told_by(const Dwarf_Op& operation) {
  const auto offset = static_cast<std::int64_t>(operation.number);
  switch (operation.atom) {
    case DW_OP_call_frame_cfa: return {Base::frame, 0};
    case DW_OP_reg6: return {Base::frame_pointer, 0};
    case DW_OP_reg7: return {Base::stack_pointer, 0};
    case DW_OP_breg6: return {Base::frame_pointer, offset};
    case DW_OP_breg7: return {Base::stack_pointer, offset};
    default: return {};
  }
}

// The one operation that tells a location there; null: there are more, or none.
const Dwarf_Op* only_operation(Dwarf_Die& die, unsigned int attribute, Dwarf_Addr at) {
  Dwarf_Attribute location;
  Dwarf_Op* operations = nullptr;
  std::size_t count = 0;
  if (dwarf_attr_integrate(&die, attribute, &location) == nullptr ||
      dwarf_getlocation_addr(&location, at, &operations, &count, 1) != 1 || count != 1)
    return nullptr;
  return operations;
}

Place frame_base_of(Dwarf_Die& function, Dwarf_Addr at) {
  const Dwarf_Op* const operation = only_operation(function, DW_AT_frame_base, at);
  return operation == nullptr ? Place{} : place_told_by(*operation);
}

Place place_of(Dwarf_Die& variable, const Place& frame_base, Dwarf_Addr at) {
  const Dwarf_Op* const operation = only_operation(variable, DW_AT_location, at);
  if (operation == nullptr) return {};
  if (operation->atom != DW_OP_fbreg) return place_told_by(*operation);
  return {frame_base.base, frame_base.offset + static_cast<std::int64_t>(operation->number)};
}

// The class that a function is a member of, if its name is none that a person has written: a lambda's.
bool is_of_a_lambda(Dwarf_Die& function) {
  Dwarf_Attribute attribute;
  Dwarf_Die declared = function;
  for (const unsigned int to : {DW_AT_abstract_origin, DW_AT_specification}) {
    Dwarf_Die next;
    if (dwarf_formref_die(dwarf_attr(&declared, to, &attribute), &next) != nullptr) declared = next;
  }
  Dwarf_Die* scopes = nullptr;
  const int count = dwarf_getscopes_die(&declared, &scopes);
  bool is_lambda = false;
  if (count > 1) {
    const std::string_view name = name_of(scopes[1]);
    is_lambda = dwarf_tag(&scopes[1]) != DW_TAG_namespace && (name.empty() || name.front() == '<');
  }
  std::free(scopes);
  return is_lambda;
}

std::string function_in_words(Dwarf_Die& function) {
  const std::string_view name = name_of(function);
  return name == "operator()" && is_of_a_lambda(function) ? "a lambda" : std::string(name);
}

// Those of a scope and of the scopes in it that the place is in, innermost first.
void collect(Dwarf_Die& scope, const std::string& function, const Place& frame_base, Dwarf_Addr at,
             std::vector<Local>& locals) {
  std::vector<Local> own;
  for_each_child(scope, [&](Dwarf_Die& die) {
    switch (dwarf_tag(&die)) {
      case DW_TAG_lexical_block:
        if (dwarf_haspc(&die, at) > 0) collect(die, function, frame_base, at, locals);
        break;
      case DW_TAG_inlined_subroutine:
        if (dwarf_haspc(&die, at) > 0) collect(die, function_in_words(die), frame_base, at, locals);
        break;
      case DW_TAG_variable:
      case DW_TAG_formal_parameter: {
        std::optional<Dwarf_Die> type = type_of(die);
        const Place place = place_of(die, frame_base, at);
        const std::string_view name = name_of(die);
        if (!type || place.base == Base::unknown || name.empty() || name.starts_with("__")) break;
        own.push_back({place, size_of(*type), *type, std::string(name), function});
        break;
      }
      default: break;
    }
  });
  locals.insert(locals.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
}

// The function with code of its own that the place is in. False: there is none in the scope.
bool find_function(Dwarf_Die& scope, Dwarf_Addr at, Dwarf_Die& found) {
  bool is_found = false;
  for_each_child(scope, [&](Dwarf_Die& die) {
    if (is_found) return;
    switch (dwarf_tag(&die)) {
      case DW_TAG_subprogram:
        is_found = dwarf_haspc(&die, at) > 0;
        if (is_found)
          found = die;
        else
          is_found = find_function(die, at, found);  // a local class may have functions
        break;
      case DW_TAG_namespace:
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_lexical_block: is_found = find_function(die, at, found); break;
      default: break;
    }
  });
  return is_found;
}

std::vector<Local> locals_at(const void* return_address) {
  std::vector<Local> locals;
  // The call stands before the address that it returns to.
  const Dwarf_Addr address = reinterpret_cast<std::uintptr_t>(return_address) - 1;
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = unit_at(address, bias);
  Dwarf_Die function;
  if (unit == nullptr || !find_function(*unit, address - bias, function)) return locals;
  collect(function, function_in_words(function), frame_base_of(function, address - bias), address - bias, locals);
  return locals;
}

std::int64_t distance(const FrameByte& byte, Base base) {
  switch (base) {
    case Base::frame_pointer: return byte.from_frame_pointer;
    case Base::stack_pointer: return byte.from_stack_pointer;
    default: return byte.from_frame;
  }
}

const std::vector<Local>& known_locals_at(const void* place) {
  static auto& known = *new std::map<const void*, std::vector<Local>>;
  const auto [entry, is_new] = known.try_emplace(place);
  if (is_new) entry->second = locals_at(place);
  return entry->second;
}

std::uintptr_t address_of(const Place& place, const FrameCopy& frame) {
  const auto offset = static_cast<std::uintptr_t>(place.offset);
  switch (place.base) {
    case Base::frame_pointer: return frame.frame.frame_pointer + offset;
    case Base::stack_pointer: return frame.frame.stack_pointer + offset;
    default: return frame.end + offset;
  }
}

// What a local holds, if that is an address; 0: it is none, or was not kept.
std::uintptr_t pointer_in(const Local& local, const FrameCopy& frame) {
  const std::uintptr_t begin = frame.end - frame.bytes.size();
  const std::uintptr_t at = address_of(local.place, frame);
  std::uintptr_t pointer = 0;
  if (at < begin || frame.end - at < sizeof pointer || at > frame.end) return 0;
  std::memcpy(&pointer, frame.bytes.data() + (at - begin), sizeof pointer);
  return pointer;
}

bool is_pointer(Dwarf_Die& type) {
  const int tag = dwarf_tag(&type);
  return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
}

}  // namespace

std::optional<FrameByte> find_frame(const std::vector<StackFrame>& stack, const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  for (std::size_t i = 0; i + 1 < stack.size(); ++i) {
    const StackFrame& frame = stack[i];
    const std::uintptr_t end = stack[i + 1].stack_pointer;
    if (at < frame.stack_pointer || at >= end) continue;
    return FrameByte{.place = frame.place,
                     .from_frame = static_cast<std::int64_t>(at - end),
                     .from_frame_pointer = static_cast<std::int64_t>(at - frame.frame_pointer),
                     .from_stack_pointer = static_cast<std::int64_t>(at - frame.stack_pointer)};
  }
  return std::nullopt;
}

std::string local_variable_name(const FrameByte& byte) {
  for (const Local& local : known_locals_at(byte.place)) {
    const std::int64_t offset = distance(byte, local.place.base) - local.place.offset;
    if (offset < 0 || static_cast<std::uint64_t>(offset) >= local.size) continue;
    const std::string name = local.name + path_into(local.type, static_cast<std::uint64_t>(offset));
    return local.function.empty() ? name : fmt::format("{} in {}", name, local.function);
  }
  return {};
}

std::optional<FrameCopy> copy_frame(const std::vector<StackFrame>& stack, std::size_t nth) {
  constexpr std::size_t kept_max = 1024;
  if (nth + 1 >= stack.size() || stack[nth + 1].stack_pointer <= stack[nth].stack_pointer) return std::nullopt;
  FrameCopy copy{.frame = stack[nth], .end = stack[nth + 1].stack_pointer};
  const auto* const end = reinterpret_cast<const std::byte*>(copy.end);
  copy.bytes.assign(end - std::min(kept_max, copy.end - copy.frame.stack_pointer), end);
  return copy;
}

std::string name_by_pointers(const FrameCopy& frame, const void* address) {
  constexpr std::size_t name_max = 40;
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  for (Local local : known_locals_at(frame.frame.place)) {
    std::optional<Dwarf_Die> type = is_pointer(local.type) ? type_of(local.type) : std::nullopt;
    const std::uintptr_t begin = type ? pointer_in(local, frame) : 0;
    if (begin == 0 || at < begin || at - begin >= size_of(*type)) continue;
    const std::string_view name = name_of(*type);
    const std::string path = path_into(*type, at - begin);
    const bool is_foreign = name.empty() || name.front() == '_' || name.front() == '<' || name.size() > name_max;
    if (!path.starts_with('.') || is_foreign) continue;
    return std::string(name) + path;
  }
  return {};
}

}  // namespace snag
