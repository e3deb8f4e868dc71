// Two cars come.
#include "interface.h"

namespace solution {

void scenario() {
  auto car_park = make_car_park();
  bool first_parked = false;  // each is written by one thread and read after its join
  bool second_parked = false;
  snag::thread first([&] { first_parked = car_park->visit(); });
  snag::thread second([&] { second_parked = car_park->visit(); });
  first.join();
  second.join();
  snag::check(first_parked || second_parked, "no car is turned away from an empty car park");
}

}  // namespace solution
