// Three rounds: the pictures 1, 2 and 3 are drawn, and shown a round later.
#include "interface.h"

namespace solution {

void scenario() {
  constexpr int rounds = 3;
  auto screen = make_screen();
  snag::thread painter([&] {
    for (int round = 0; round < rounds; ++round) screen->draw(round, round + 1);
  });
  snag::thread display([&] {
    for (int round = 0; round < rounds; ++round)
      snag::check(screen->show(round) == round, "what is shown is the picture of the round before");
  });
  painter.join();
  display.join();
}

}  // namespace solution
