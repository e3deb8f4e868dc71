// The alphabet of partial-order reduction: one step of one thread, with all that it touches. Sleep sets, wake-up
// sequences and wake-up trees are made of labels; a label means the same in every execution in which it can be next.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace snag::dpor {

/// A thread or an object by its number in the whole exploration, whatever its index in one execution.
using Name = std::uint32_t;

/// What a step may choose besides going: which waiter it wakes, which value it draws.
using Value = std::uint32_t;
inline constexpr Value no_value = 0xffffffff;  ///< it chooses nothing
inline constexpr Value fresh = 0xfffffffe;     ///< not fixed: the default of whoever executes it

/// One step that a thread takes, or is about to take.
struct Label {
  static constexpr std::size_t places_max = 9;
  std::uint16_t thread = 0;
  std::uint8_t size = 0;        ///< places used
  bool chooses_thread = false;  ///< the value is the name of the thread that it wakes
  Value value = no_value;
  std::array<std::uint32_t, places_max> places{};  ///< Name of the object * 2, + 1 where it may be written

  void touch(Name object, bool write) { places[size++] = object * 2 + (write ? 1U : 0U); }
  bool writes(std::size_t place) const { return (places[place] & 1U) != 0; }
  Name object(std::size_t place) const { return places[place] >> 1U; }
  bool same_places(const Label& other) const {
    if (size != other.size) return false;
    for (std::size_t i = 0; i < size; ++i)
      if (places[i] != other.places[i]) return false;
    return true;
  }
};

/// Whether two labels of different threads touch the same object, one of them to write it.
inline bool conflict(const Label& one, const Label& other) {
  for (std::size_t i = 0; i < one.size; ++i)
    for (std::size_t k = 0; k < other.size; ++k)
      if ((one.places[i] ^ other.places[k]) <= 1 && ((one.places[i] | other.places[k]) & 1U) != 0) return true;
  return false;
}

/// Whether the order of the two matters.
inline bool dependent(const Label& one, const Label& other) {
  return one.thread == other.thread || conflict(one, other);
}

/// Whether a step of the same thread is the same step: a value that is not fixed fits any.
inline bool match(const Label& one, const Label& other) {
  return one.value == other.value || one.value == fresh || other.value == fresh;
}

/// How a label stands to a sequence that could be executed where the label could be next.
struct Standing {
  enum class Kind : std::uint8_t {
    conflicting,  ///< what the sequence leads to cannot be reached by starting with the label
    initial,      ///< the label is in the sequence and can be its first
    independent,  ///< the label is not in it and commutes with all of it
  } kind;
  std::size_t at;  ///< where in the sequence that was settled; its length for independent
};

/// Tells whether the sequence's result can be reached by starting with the label (a weak initial of it).
inline Standing standing(const Label& label, std::span<const Label* const> sequence) {
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    const Label& other = *sequence[i];
    if (other.thread == label.thread)
      return {match(other, label) ? Standing::Kind::initial : Standing::Kind::conflicting, i};
    if (conflict(other, label)) return {Standing::Kind::conflicting, i};
  }
  return {Standing::Kind::independent, sequence.size()};
}

}  // namespace snag::dpor
