// Two visitors want the only seat: one gets it, the other is refused.
#include "interface.h"

namespace solution {

void scenario() {
  auto seats = make_seats(1);
  bool first_sits = false;  // each is written by one thread and read after its join
  bool second_sits = false;
  snag::thread first([&] { first_sits = seats->reserve(); });
  snag::thread second([&] { second_sits = seats->reserve(); });
  first.join();
  second.join();
  snag::check(first_sits != second_sits, "exactly one visitor gets the seat");
  snag::check(seats->free_seats() == 0, "no seat is left");
}

}  // namespace solution
