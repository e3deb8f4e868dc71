// Each thread sets its priority as the first thing that it does.
#include "interface.h"

namespace solution {

std::vector<snag::thread> start(Table& table) {
  std::vector<snag::thread> threads;
  for (std::size_t i = 0; i < table.tasks().size(); ++i)
    threads.emplace_back([&table, i] {
      snag::set_priority(table.tasks()[i].priority);
      table.work_on(i);
    });
  return threads;
}

}  // namespace solution
