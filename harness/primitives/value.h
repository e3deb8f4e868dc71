// How values become 64-bit digests for events, and words for reports.
#pragma once

#include "harness/trace/trace.h"

#include <bit>
#include <concepts>
#include <cstdint>
#include <functional>
#include <sstream>
#include <string>
#include <type_traits>

namespace snag {

/// How a T's digest is to be shown.
template <class T>
constexpr ValueKind value_kind() {
  if constexpr (std::same_as<T, bool>)
    return ValueKind::boolean;
  else if constexpr (std::same_as<T, char>)
    return ValueKind::character;
  else if constexpr (std::is_enum_v<T>)
    return value_kind<std::underlying_type_t<T>>();
  else if constexpr (std::signed_integral<T>)
    return ValueKind::signed_integer;
  else if constexpr (std::unsigned_integral<T>)
    return ValueKind::unsigned_integer;
  else if constexpr (std::same_as<T, float>)
    return ValueKind::real32;
  else if constexpr (std::same_as<T, double>)
    return ValueKind::real64;
  else if constexpr (std::is_pointer_v<T> || std::same_as<T, std::nullptr_t>)
    return ValueKind::pointer;
  else
    return ValueKind::opaque;
}

template <class T>
concept Streamable = requires(std::ostream& stream, const T& value) {
  stream << value;
};

/// An opaque value in words: as it streams, else the count of its elements, else nothing.
template <class T>
std::string describe_value(const T& value) {
  if constexpr (Streamable<T>) {
    std::ostringstream stream;
    stream << value;
    return stream.str();
  } else if constexpr (requires { value.size(); }) {
    return std::to_string(value.size()) + " elements";
  } else {
    return {};
  }
}

/// Integers and the like zero- or sign-extended, floating point as bits, pointers as addresses, else a hash;
/// 0 for what can be neither hashed nor written out.
template <class T>
std::uint64_t digest_of(const T& value) {
  if constexpr (std::is_enum_v<T>)
    return static_cast<std::uint64_t>(static_cast<std::underlying_type_t<T>>(value));
  else if constexpr (std::integral<T>)
    return static_cast<std::uint64_t>(value);
  else if constexpr (std::same_as<T, float>)
    return std::bit_cast<std::uint32_t>(value);
  else if constexpr (std::same_as<T, double>)
    return std::bit_cast<std::uint64_t>(value);
  else if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<std::uintptr_t>(value);
  else if constexpr (std::same_as<T, std::nullptr_t>)
    return 0;
  else {
    // FNV-1a over the words: the same on every machine, unlike std::hash.
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char character : describe_value(value)) {
      hash ^= static_cast<unsigned char>(character);
      hash *= 0x100000001b3U;
    }
    return hash;
  }
}

}  // namespace snag
