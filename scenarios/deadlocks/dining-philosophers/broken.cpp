// Everybody takes the fork on the left, then the one on the right.
#include "interface.h"

#include <mutex>

namespace solution {

void dine(Fork& left, Fork& right) {
  std::lock_guard left_hand(left.mutex);
  std::lock_guard right_hand(right.mutex);
  eat(left, right);
}

}  // namespace solution
