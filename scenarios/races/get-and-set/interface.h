// A running total that several threads add to.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A total. Any thread may call any member at any time.
class Total {
 public:
  virtual ~Total() = default;
  /// Adds the amount to the total.
  virtual void add(int amount) = 0;
  /// The total now.
  virtual int get() = 0;
};

/// What a variant implements. The total starts at 0.
std::unique_ptr<Total> make_total();

}  // namespace solution
