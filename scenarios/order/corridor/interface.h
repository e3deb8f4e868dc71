// A corridor with a narrow place where only one person fits through.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The narrow place; part of the driver.
class NarrowPlace {
 public:
  NarrowPlace() { snag::name(occupied_, "narrow place occupied"); }

  void walk_through() {
    snag::check(!occupied_.exchange(true), "only one person is in the narrow place");
    occupied_.store(false);
  }

 private:
  snag::atomic<bool> occupied_{false};
};

/// The corridor. Two people, 0 and 1, come from its two ends.
class Corridor {
 public:
  virtual ~Corridor() = default;
  /// The person comes into sight at its end of the corridor.
  virtual void enter(int person) = 0;
  /// The person waits if need be, walks through the narrow place and is gone.
  virtual void pass(int person) = 0;
};

/// What a variant implements: a corridor with the narrow place given.
std::unique_ptr<Corridor> make_corridor(NarrowPlace& narrow_place);

}  // namespace solution
