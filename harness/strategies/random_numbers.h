// The one source of random numbers below cli/: the same everywhere, since the standard library's
// distributions differ from library to library. SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
#pragma once

#include <cstdint>

namespace snag {

/// A stream of random numbers that is a pure function of its seed and stream number.
class RandomNumbers {
 public:
  RandomNumbers() { prepare(); }
  RandomNumbers(std::uint64_t seed, std::uint64_t stream)
      : state_(scramble(seed + scramble(stream + 0x632BE59BD9B4E019U))) {
    prepare();
  }

  std::uint64_t next() {
    const std::uint64_t number = next_;
    prepare();
    return number;
  }
  /// Uniform below bound (bound > 0, below 2^32): Lemire's multiplication; its bias, below 2^-32 * bound, is accepted.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32); }
  /// True with probability p (0 to 1).
  bool chance(double p) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < p; }

 private:
  // Ahead of time: whoever asks acts on the answer at once, and the processor has nothing else to do until it knows it.
  void prepare() {
    state_ += 0x9E3779B97F4A7C15U;
    next_ = scramble(state_);
  }
  static constexpr std::uint64_t scramble(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31);
  }
  std::uint64_t state_ = 0;
  std::uint64_t next_ = 0;
};

}  // namespace snag
