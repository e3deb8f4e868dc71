// What a scenario's oracle is written with: choose(n) asks for one of n values, check(condition, text)
// states what must hold, at_end(function) looks when all is over.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace snag {

/// One of 0 .. options - 1, chosen by the strategy: exhaustive search tries them all. Throws UsageError when options is 0.
std::uint32_t choose(std::uint32_t options);

/// States what must hold. When it does not, the execution ends here with the finding failed-check and this text.
void check(bool condition, std::string_view what_must_hold);

/// Runs the function on T0 when all threads have ended and daemons have been cut off, to check what is left then. To be
/// called by T0, in the scenario's body; throws UsageError elsewhere. What the function looks at must outlive the body:
/// let it own that (std::shared_ptr). Of several functions the last one given runs first.
void at_end(std::function<void()> function);

}  // namespace snag
