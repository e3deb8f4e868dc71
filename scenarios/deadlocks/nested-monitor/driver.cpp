// A baker bakes a loaf, a customer buys it.
#include "interface.h"

namespace solution {

void scenario() {
  Shelf shelf;
  auto shop = make_shop(shelf);
  snag::thread customer([&] { shop->sell(); });
  snag::thread baker([&] { shop->bake(); });
  customer.join();
  baker.join();
  snag::check(shop->counted() == 2, "the loaf is counted when it is baked and when it is sold");
}

}  // namespace solution
