// A ledger that refuses bad entries.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A ledger. Any thread may call any member at any time.
class Ledger {
 public:
  virtual ~Ledger() = default;
  /// Adds the amount. Throws std::invalid_argument, and changes nothing, if it is negative.
  virtual void add(int amount) = 0;
  /// The sum of all amounts.
  virtual int total() = 0;
};

/// What a variant implements.
std::unique_ptr<Ledger> make_ledger();

}  // namespace solution
