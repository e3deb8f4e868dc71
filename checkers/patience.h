// What the checkers of starvation and its kin have in common: for how long they look on, and how they count.
#pragma once

#include <cstdint>
#include <string>

namespace snag {

/// How often the scenario's bound a thread may be kept waiting before the execution ends: it may go on so for ever.
inline constexpr std::uint64_t patience = 10;

/// "once" or "3 times".
inline std::string times_in_words(std::uint64_t times) {
  return times == 1 ? "once" : std::to_string(times) + " times";
}

}  // namespace snag
