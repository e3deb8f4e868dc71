// Pictures to develop, in a queue.
#pragma once

#include <snag/snag.h>

namespace solution {

/// The queue of pictures. Its join() waits until every picture that was put is dealt with (task_done).
using Pictures = snag::queue::Queue<int>;

/// A picture that is too dark: it is thrown away.
constexpr int too_dark = 0;

/// The pictures developed so far; used by one worker.
using Developed = snag::shared<int>;

/// What a variant implements: takes so many pictures from the queue and develops those that are not too dark, that is,
/// counts them. Deals with each picture.
void develop(Pictures& pictures, int number_of_pictures, Developed& developed);

}  // namespace solution
