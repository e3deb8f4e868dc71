// A set of kinds of operation: which of them concern somebody.
#pragma once

#include "harness/trace/operation.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace snag {

/// A set of operation kinds, of which there are at most `size`.
class OperationKinds {
 public:
  static constexpr std::size_t size = 128;

  constexpr OperationKinds() = default;
  constexpr OperationKinds(std::initializer_list<OperationKind> kinds) {
    for (const OperationKind kind : kinds) words_[word_of(kind)] |= bit_of(kind);
  }
  static constexpr OperationKinds all() {
    OperationKinds kinds;
    kinds.words_.fill(~std::uint64_t{0});
    return kinds;
  }
  constexpr bool contains(OperationKind kind) const { return (words_[word_of(kind)] & bit_of(kind)) != 0; }
  constexpr bool operator==(const OperationKinds&) const = default;

 private:
  static constexpr std::size_t word_of(OperationKind kind) { return static_cast<std::size_t>(kind) / 64; }
  static constexpr std::uint64_t bit_of(OperationKind kind) {
    return std::uint64_t{1} << (static_cast<std::size_t>(kind) % 64);
  }
  std::array<std::uint64_t, size / 64> words_{};
};

}  // namespace snag
