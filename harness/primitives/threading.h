// All of snag::threading, what Python's module threading has: <snag/threading.h> and <snag/snag.h> include this.
#pragma once

#include "harness/primitives/threading_barrier.h"
#include "harness/primitives/threading_condition.h"
#include "harness/primitives/threading_event.h"
#include "harness/primitives/threading_lock.h"
#include "harness/primitives/threading_semaphore.h"
#include "harness/primitives/threading_thread.h"
#include "harness/primitives/threading_timer.h"
