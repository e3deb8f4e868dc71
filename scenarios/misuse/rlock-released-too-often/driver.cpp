// Two customers want a pair each, and there are three things.
#include "interface.h"

namespace solution {

void scenario() {
  auto shelf = make_shelf(3);
  bool first_served = false;  // each is written by one thread and read after its join
  bool second_served = false;
  snag::thread first([&] { first_served = shelf->take_pair(); });
  snag::thread second([&] { second_served = shelf->take_pair(); });
  first.join();
  second.join();
  snag::check(first_served != second_served, "one customer gets a pair");
  snag::check(shelf->left() == 1, "one thing is left");
}

}  // namespace solution
