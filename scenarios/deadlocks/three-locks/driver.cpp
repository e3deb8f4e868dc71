// Three jobs of unequal length meet at three locks. They hardly ever meet at the same moment.
#include "interface.h"

namespace solution {
namespace {

// Something to do before the locks: private to its thread, so it matters to nobody else.
void prepare(int steps) {
  snag::shared<int> prepared{0, "prepared"};
  for (int step = 1; step <= steps; ++step) prepared = step;
}

}  // namespace

void scenario() {
  Shop shop;
  snag::thread clerk([&] { place_order(shop); });
  snag::thread driver([&] {
    prepare(4);
    deliver(shop);
  });
  snag::thread bookkeeper([&] {
    prepare(8);
    bill(shop);
  });
  clerk.join();
  driver.join();
  bookkeeper.join();
  snag::check(shop.orders.rows == 2, "orders has a row from each of its two jobs");
  snag::check(shop.stock.rows == 2, "stock has a row from each of its two jobs");
  snag::check(shop.invoices.rows == 2, "invoices has a row from each of its two jobs");
}

}  // namespace solution
