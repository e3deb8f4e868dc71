// A slot that threads put values into and look at.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// Holds the value put last.
class Slot {
 public:
  virtual ~Slot() = default;
  /// Puts the value, then reads the slot twice: whether both reads gave the same. To the caller all three are
  /// one step.
  virtual bool put_and_compare(int value) = 0;
};

/// What a variant implements. The slot starts with 0 in it.
std::unique_ptr<Slot> make_slot();

}  // namespace solution
