// Everybody takes the fork with the lower number first; for one of the three that is the right one.
#include "interface.h"

#include <mutex>

namespace solution {

void dine(Fork& left, Fork& right) {
  const bool left_first = left.number < right.number;
  std::lock_guard lower(left_first ? left.mutex : right.mutex);
  std::lock_guard higher(left_first ? right.mutex : left.mutex);
  eat(left, right);
}

}  // namespace solution
