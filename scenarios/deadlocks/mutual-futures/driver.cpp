// The two parts of a bill over 120.
#include "interface.h"

namespace solution {

void scenario() {
  Bill bill(120);
  snag::thread net([&] { compute_net(bill); });
  snag::thread tax([&] { compute_tax(bill); });
  snag::check(bill.net.get() == 100, "the net price is 100");
  snag::check(bill.tax.get() == 20, "the tax is 20");
  net.join();
  tax.join();
}

}  // namespace solution
