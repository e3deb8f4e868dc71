// Two threads add to a plain variable under the lock.
#include "interface.h"

#include <mutex>

namespace solution {

void scenario() {
  auto lock = make_lock();
  snag::shared<int> count{0, "count"};
  const auto add_one = [&] {
    std::lock_guard guard(*lock);
    count += 1;
  };
  snag::thread first(add_one);
  snag::thread second(add_one);
  first.join();
  second.join();
  snag::check(count == 2, "no addition is lost");
}

}  // namespace solution
