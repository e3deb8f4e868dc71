// Starts the office, keeps out of its way, and waits until all is done.
#include "interface.h"

namespace solution {

void scenario() {
  snag::set_priority(10);  // the body is no part of the competition
  for (snag::thread& thread : start()) thread.join();
}

}  // namespace solution
