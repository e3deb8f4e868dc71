// The numbers of the kinds are part of every token, and tokens are kept for years: they never change.
#include "harness/trace/operation.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace snag {
namespace {

constexpr const char* advice =
    "a kind's number has changed, and with it every token that anybody keeps: put new kinds "
    "at the end of the list, here and in operation.h";

TEST(OperationKind, keeps_its_number_for_ever) {
  constexpr std::array names = {"spawn",
                                "begin",
                                "end",
                                "join",
                                "detach",
                                "yield",
                                "sleep",
                                "read_clock",
                                "work",
                                "set_priority",
                                "is_alive",
                                "count_threads",
                                "cut_off",
                                "read",
                                "write",
                                "load",
                                "store",
                                "read_modify_write",
                                "compare_exchange",
                                "fence",
                                "atomic_wait",
                                "atomic_resume",
                                "lock",
                                "try_lock",
                                "unlock",
                                "lock_shared",
                                "try_lock_shared",
                                "unlock_shared",
                                "line_up",
                                "wait",
                                "reacquire",
                                "resume",
                                "notify_one",
                                "notify_all",
                                "notify_unlocked",
                                "acquire",
                                "try_acquire",
                                "release",
                                "count_down",
                                "latch_try_wait",
                                "latch_wait",
                                "arrive",
                                "barrier_wait",
                                "arrive_and_drop",
                                "once_enter",
                                "once_leave",
                                "request_stop",
                                "stop_requested",
                                "set_result",
                                "future_wait",
                                "future_try_wait",
                                "event_set",
                                "event_clear",
                                "event_is_set",
                                "event_wait",
                                "event_resume",
                                "barrier_enter",
                                "barrier_open",
                                "barrier_leave",
                                "barrier_reset",
                                "barrier_abort",
                                "put",
                                "try_put",
                                "get",
                                "try_get",
                                "queue_size",
                                "task_done",
                                "queue_join",
                                "queue_shutdown",
                                "choose",
                                "check",
                                "expectation",
                                "destroy",
                                "thread_destroyed",
                                "join_misused",
                                "wait_unlocked",
                                "uncaught_exception",
                                "is_locked",
                                "barrier_state"};
  for (std::size_t number = 0; number < names.size(); ++number)
    ASSERT_STREQ(name_of(static_cast<OperationKind>(number)), names[number]) << advice;
}

TEST(ObjectKind, keeps_its_number_for_ever) {
  constexpr std::array names = {"variable",     "atomic", "mutex",   "recursive_mutex", "condition_variable",
                                "semaphore",    "latch",  "barrier", "once_flag",       "stop_state",
                                "shared_mutex", "future", "lock",    "event",           "breakable_barrier",
                                "queue"};
  for (std::size_t number = 0; number < names.size(); ++number)
    ASSERT_STREQ(name_of(static_cast<ObjectKind>(number)), names[number]) << advice;
}

}  // namespace
}  // namespace snag
