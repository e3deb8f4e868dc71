// One thread measures while another prepares the report.
#include "interface.h"

namespace solution {

void scenario() {
  auto station = make_station(21);
  int reported = 0;  // written by one thread and read after its join
  snag::thread sensor([&] { station->measure(); });
  snag::thread reporter([&] { reported = station->report(); });
  sensor.join();
  reporter.join();
  snag::check(reported == 21, "the temperature reported is the one measured");
}

}  // namespace solution
