// Two customers draw a ticket each: the tickets must be 1 and 2.
#include "interface.h"

namespace solution {

void scenario() {
  auto machine = make_ticket_machine();
  int one = 0;  // each is written by one thread and read after its join
  int other = 0;
  snag::thread first([&] { one = machine->take(); });
  snag::thread second([&] { other = machine->take(); });
  first.join();
  second.join();
  snag::check(one != other, "no two customers have the same ticket");
  snag::check(one + other == 3, "no ticket is left out");
}

}  // namespace solution
