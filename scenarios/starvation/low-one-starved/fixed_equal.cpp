// The report is as urgent as a request: it gets its turn when it has waited longest.
#include "interface.h"

namespace solution {

std::vector<snag::thread> start() {
  std::vector<snag::thread> threads;
  for (int counter = 0; counter < 2; ++counter)
    threads.push_back(snag::thread_with_priority(2, [counter] {
      for (int request = 0; request < Office::requests; ++request) Office::answer(counter, request);
    }));
  threads.push_back(snag::thread_with_priority(2, [] { Office::write_report(); }));
  return threads;
}

}  // namespace solution
