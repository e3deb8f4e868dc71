// Identities of threads and objects: hashes of the path of creations from T0, the same under every schedule. Where
// an order among threads is needed that does not depend on the schedule (the waiters of a notify_one), it is theirs.
#pragma once

#include <cstdint>

namespace snag {

inline constexpr std::uint64_t identity_of_body = 0x5851F42D4C957F2DU;

/// The identity of a creator's nth creation. salt tells threads (1) from objects (2 and up, by kind).
constexpr std::uint64_t child_identity(std::uint64_t creator, std::uint64_t nth, std::uint64_t salt) {
  std::uint64_t hash = (creator ^ (nth + 1)) * 0x9E3779B97F4A7C15U + salt;
  hash ^= hash >> 29;
  return hash * 0xBF58476D1CE4E5B9U;
}

inline constexpr std::uint64_t salt_of_threads = 1;

}  // namespace snag
