// One thread moves twice, along the diagonal, while another looks.
#include "interface.h"

namespace solution {

void scenario() {
  auto tracker = make_tracker();
  snag::thread mover([&] {
    tracker->move({1, 1});
    tracker->move({2, 2});
  });
  snag::thread watcher([&] {
    const Position seen = tracker->look();
    snag::check(seen.x == seen.y, "both coordinates belong to the same move");
  });
  mover.join();
  watcher.join();
  const Position last = tracker->look();
  snag::check(last.x == 2 && last.y == 2, "the last move is to be seen in the end");
}

}  // namespace solution
