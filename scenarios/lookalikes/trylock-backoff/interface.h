// Two queues with a lock each, and items that move in both directions.
#pragma once

#include <snag/snag.h>

namespace solution {

/// One queue. Its length may be touched only under its own lock.
struct Queue {
  Queue(const char* lock_name, const char* length_name) : length(1, length_name) { snag::name(mutex, lock_name); }

  snag::mutex mutex;
  snag::shared<int> length;
};

/// What a variant implements: each moves one item.
void move_forward(Queue& front, Queue& back);   ///< from front to back
void move_backward(Queue& front, Queue& back);  ///< from back to front

}  // namespace solution
