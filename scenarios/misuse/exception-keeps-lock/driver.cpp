// One clerk makes a bad entry and is refused, another makes a good one.
#include "interface.h"

#include <stdexcept>

namespace solution {

void scenario() {
  auto ledger = make_ledger();
  bool refused = false;  // written by one thread and read after its join
  snag::thread careless([&] {
    try {
      ledger->add(-1);
    } catch (const std::invalid_argument&) { refused = true; }
  });
  snag::thread careful([&] { ledger->add(5); });
  careless.join();
  careful.join();
  snag::check(refused, "the bad entry is refused");
  snag::check(ledger->total() == 5, "the good entry is in the ledger");
}

}  // namespace solution
