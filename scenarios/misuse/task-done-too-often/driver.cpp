// The office hands out two letters, of which the second has no address, and waits until they are dealt with.
#include "interface.h"

namespace solution {

void scenario() {
  Letters letters;
  snag::name(letters, "letters");
  Delivered delivered(0, "delivered");
  snag::thread postman([&] { deliver(letters, 2, delivered); });
  letters.put(7);
  letters.put(no_address);
  letters.join();
  snag::check(delivered == 1, "the letter with an address is delivered");
  postman.join();
}

}  // namespace solution
