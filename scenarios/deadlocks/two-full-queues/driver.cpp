// Ann and Bob exchange letters, one thread each.
#include "interface.h"

namespace solution {

void scenario() {
  Letters to_ann(1);
  Letters to_bob(1);
  snag::name(to_ann, "letters to Ann");
  snag::name(to_bob, "letters to Bob");
  int came_to_ann = 0;  // each is written by one thread and read after its join
  int came_to_bob = 0;
  snag::thread ann([&] { came_to_ann = exchange(to_bob, to_ann); });
  snag::thread bob([&] { came_to_bob = exchange(to_ann, to_bob); });
  ann.join();
  bob.join();
  snag::check(came_to_ann == 3 && came_to_bob == 3, "every letter arrives");
}

}  // namespace solution
