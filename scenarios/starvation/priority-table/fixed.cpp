// Each thread has its priority before it runs.
#include "interface.h"

namespace solution {

std::vector<snag::thread> start(Table& table) {
  std::vector<snag::thread> threads;
  for (std::size_t i = 0; i < table.tasks().size(); ++i)
    threads.push_back(snag::thread_with_priority(table.tasks()[i].priority, [&table, i] { table.work_on(i); }));
  return threads;
}

}  // namespace solution
