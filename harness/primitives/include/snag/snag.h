// All that a scenario is written with. `namespace std_ = snag;` and the standard's names swap over.
#pragma once

#include "harness/primitives/atomic.h"
#include "harness/primitives/choice.h"
#include "harness/primitives/clock.h"
#include "harness/primitives/condition_variable.h"
#include "harness/primitives/condition_variable_any.h"
#include "harness/primitives/jthread.h"
#include "harness/primitives/latch.h"
#include "harness/primitives/mutex.h"
#include "harness/primitives/name.h"
#include "harness/primitives/once.h"
#include "harness/primitives/queue.h"
#include "harness/primitives/semaphore.h"
#include "harness/primitives/shared.h"
#include "harness/primitives/shared_mutex.h"
#include "harness/primitives/stop_token.h"
#include "harness/primitives/thread.h"
