// Starts the office, keeps out of its way, and waits until all is done.
#include "interface.h"

namespace solution {

void scenario() {
  snag::set_priority(10);  // the body is no part of the competition
  std::vector<snag::thread> threads = start();
  snag::check(threads.size() == 3, "there is a thread for each counter and one for the report");
  snag::name(threads[0], "counter 1");
  snag::name(threads[1], "counter 2");
  snag::name(threads[2], "report");
  for (snag::thread& thread : threads) thread.join();
}

}  // namespace solution
