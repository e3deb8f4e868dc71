// Where in the program a primitive was called from: the return address that an operation carries.
#pragma once

namespace snag::detail {

/// The place that was handed down, else the caller's: inlined wrappers hand down none.
inline const void* or_caller(const void* place, const void* caller) { return place != nullptr ? place : caller; }

/// The place of the call itself, in the function that it is inlined into.
[[gnu::noinline]] const void* this_place();

}  // namespace snag::detail
