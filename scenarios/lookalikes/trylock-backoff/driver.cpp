// One thread moves an item forward, another moves one backward.
#include "interface.h"

namespace solution {

void scenario() {
  Queue front("front lock", "front length");
  Queue back("back lock", "back length");
  snag::thread first([&] { move_forward(front, back); });
  snag::thread second([&] { move_backward(front, back); });
  first.join();
  second.join();
  snag::check(front.length == 1 && back.length == 1, "no item is lost");
}

}  // namespace solution
