// A car park that turns cars away when it is full.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A car park with a single place. Any thread may call visit at any time.
class CarPark {
 public:
  virtual ~CarPark() = default;
  /// A car comes, parks if there is a place, and leaves again. Whether it parked.
  virtual bool visit() = 0;
};

/// What a variant implements.
std::unique_ptr<CarPark> make_car_park();

}  // namespace solution
