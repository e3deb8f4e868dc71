// What is asked of debug information wherever it is looked at (elfutils' libdw): names, types, and the way to a byte
// within a variable.
#pragma once

#include <elfutils/libdwfl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace snag::debug_information {

/// Where libdw is not linked but loaded when somebody asks: does that, before any function of it is called. False: it cannot
/// be had. Null: it is linked.
inline bool (*load_library)() = nullptr;

/// Those of this process. Never freed: they may be needed when the process ends. Null: there is no debug information.
Dwfl* modules();

/// The compilation unit whose code lies at an address of this process, and what its addresses are off by; null: none.
Dwarf_Die* unit_at(Dwarf_Addr address, Dwarf_Addr& bias);

/// An attribute that is a number; that of the entry which this one stands for, if it has none itself.
std::optional<std::uint64_t> number_of(Dwarf_Die& die, unsigned int attribute);
/// Empty: it has none.
std::string_view name_of(Dwarf_Die& die);
/// The type of a variable or member. What is declared const, volatile, or under another name, is what it is.
std::optional<Dwarf_Die> type_of(Dwarf_Die& die);
/// In bytes; 0: not known.
std::uint64_t size_of(Dwarf_Die& type);

/// The way to a byte of what has the type: "[3].count". Members whose names begin with an underscore are a library's own:
/// "ready" rather than "ready._M_base._M_i".
std::string path_into(Dwarf_Die type, std::uint64_t offset);

template <class Visit>
void for_each_child(Dwarf_Die& parent, Visit visit) {
  Dwarf_Die child;
  if (dwarf_child(&parent, &child) != 0) return;
  do visit(child);
  while (dwarf_siblingof(&child, &child) == 0);
}

}  // namespace snag::debug_information
