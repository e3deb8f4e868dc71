// The queues of Python's module queue, in snag::queue. <snag/snag.h> includes this.
#pragma once

#include "harness/primitives/queue.h"
