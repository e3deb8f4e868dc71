// One thread moves along the diagonal, while another looks.
#include "interface.h"

namespace solution {

void scenario() {
  auto tracker = make_tracker();
  snag::thread mover([&] { tracker->move({1, 1}); });
  snag::thread watcher([&] {
    const Position seen = tracker->look();
    snag::check(seen.x == seen.y, "both coordinates belong to the same move");
  });
  mover.join();
  watcher.join();
  const Position last = tracker->look();
  snag::check(last.x == 1 && last.y == 1, "the move is to be seen in the end");
}

}  // namespace solution
