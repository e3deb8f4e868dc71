// A shelf from which customers take one thing or a pair.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A shelf. Any thread may call any member at any time.
class Shelf {
 public:
  virtual ~Shelf() = default;
  /// Takes one thing, if there is one: whether it did.
  virtual bool take() = 0;
  /// Takes two things, or none if there are fewer: whether it did.
  virtual bool take_pair() = 0;
  /// How many things are left.
  virtual int left() = 0;
};

/// What a variant implements: a shelf with so many things on it.
std::unique_ptr<Shelf> make_shelf(int things);

}  // namespace solution
