// Letters to deliver, in a queue.
#pragma once

#include <snag/snag.h>

namespace solution {

/// The queue of letters. Its join() waits until every letter that was put is dealt with (task_done).
using Letters = snag::queue::Queue<int>;

/// A letter without an address: it cannot be delivered.
constexpr int no_address = 0;

/// The letters delivered so far; used by one postman.
using Delivered = snag::shared<int>;

/// What a variant implements: takes so many letters from the queue and delivers those with an address, that is, counts
/// them. Deals with each letter.
void deliver(Letters& letters, int number_of_letters, Delivered& delivered);

}  // namespace solution
