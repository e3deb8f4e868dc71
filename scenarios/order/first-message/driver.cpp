// Ann and Bob greet each other, one thread each.
#include "interface.h"

namespace solution {

void scenario() {
  Letterbox anns("letters for Ann");
  Letterbox bobs("letters for Bob");
  int heard_by_ann = 0;  // each is written by one thread and read after its join
  int heard_by_bob = 0;
  snag::thread ann([&] { heard_by_ann = greet(anns, bobs, 1); });
  snag::thread bob([&] { heard_by_bob = greet(bobs, anns, 2); });
  ann.join();
  bob.join();
  snag::check(heard_by_ann == 2, "Ann hears Bob's greeting");
  snag::check(heard_by_bob == 1, "Bob hears Ann's greeting");
}

}  // namespace solution
