// Requests are urgent, the report is not.
#include "interface.h"

namespace solution {

std::vector<snag::thread> start() {
  std::vector<snag::thread> threads;
  for (int counter = 0; counter < 2; ++counter)
    threads.push_back(snag::thread_with_priority(2, [counter] {
      for (int request = 0; request < Office::requests; ++request) Office::answer(counter, request);
    }));
  threads.push_back(snag::thread_with_priority(0, [] { Office::write_report(); }));
  return threads;
}

}  // namespace solution
