// What a scenario's oracle is written with: choose(n) asks for one of n values, check(condition, text)
// states what must hold.
#pragma once

#include <cstdint>
#include <string_view>

namespace snag {

/// One of 0 .. options - 1, chosen by the strategy: exhaustive search tries them all. Throws UsageError when options is 0.
std::uint32_t choose(std::uint32_t options);

/// States what must hold. When it does not, the execution ends here with the finding failed-check and this text.
void check(bool condition, std::string_view what_must_hold);

}  // namespace snag
