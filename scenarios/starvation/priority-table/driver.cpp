// Three tasks on one processor, bursts 10, 5 and 8, priorities 2, 0 and 1.
#include "interface.h"

#include <string>

namespace solution {

using namespace std::chrono_literals;

void scenario() {
  Table table({{2, 10ms}, {0, 5ms}, {1, 8ms}});
  std::vector<snag::thread> threads = start(table);
  snag::check(threads.size() == 3, "there is a thread for each task");
  for (std::size_t i = 0; i < threads.size(); ++i) snag::name(threads[i], "task " + std::to_string(i + 1));
  for (snag::thread& thread : threads) thread.join();
  snag::check(table.began(0) == 0ms, "task 1 is the most urgent and starts at once");
  snag::check(table.began(2) == 10ms, "task 3 starts when task 1 is done, at 10 ms");
  snag::check(table.began(1) == 18ms, "task 2 starts when task 3 is done, at 18 ms");
  snag::check(table.ended(1) == 23ms, "all is done at 23 ms");
}

}  // namespace solution
