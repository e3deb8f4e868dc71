// Two threads add a result each; afterwards the list must hold both.
#include "interface.h"

#include <algorithm>

namespace solution {

void scenario() {
  auto results = make_results();
  snag::thread first([&] { results->add(4); });
  snag::thread second([&] { results->add(9); });
  first.join();
  second.join();
  std::vector<int> numbers = results->all().numbers;
  std::sort(numbers.begin(), numbers.end());
  snag::check(numbers == std::vector<int>{4, 9}, "every result is in the list, once");
}

}  // namespace solution
