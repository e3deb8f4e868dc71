// The two threads lock in opposite orders, but one of them only tries its second lock, and when it cannot have
// it, lets go of the first and begins anew.
#include "interface.h"

#include <mutex>

namespace solution {

void move_forward(Queue& front, Queue& back) {
  std::lock_guard from(front.mutex);
  std::lock_guard to(back.mutex);
  front.length -= 1;
  back.length += 1;
}

void move_backward(Queue& front, Queue& back) {
  for (;;) {
    std::unique_lock from(back.mutex);
    std::unique_lock to(front.mutex, std::try_to_lock);
    if (to.owns_lock()) {
      back.length -= 1;
      front.length += 1;
      return;
    }
    from.unlock();
    snag::this_thread::yield();
  }
}

}  // namespace solution
