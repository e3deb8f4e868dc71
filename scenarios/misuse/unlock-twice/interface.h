// The seats of a small theatre.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// Seats to reserve. Any thread may call any member at any time.
class Seats {
 public:
  virtual ~Seats() = default;
  /// Takes a seat if one is free: whether it did.
  virtual bool reserve() = 0;
  /// How many seats are free.
  virtual int free_seats() = 0;
};

/// What a variant implements.
std::unique_ptr<Seats> make_seats(int number_of_seats);

}  // namespace solution
