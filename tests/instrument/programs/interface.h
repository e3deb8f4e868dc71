// Small programs that use what lies around threads and locks: the waits of the standard library, POSIX semaphores and
// barriers, keys, random numbers, input and output. Compiled as unmodified programs are.
#pragma once

#include "programs.h"

namespace programs {

// waits.cpp: right, but for the last.
void waits_on_an_atomic();
void waits_on_a_wide_atomic();
void passes_a_flag_on();
void counts_down_a_latch();
void meets_at_a_barrier();
void shares_two_tickets();
void tries_to_get_a_ticket_in_time();
void waits_for_a_promise();
void waits_for_a_task();
void waits_for_async_results();
void waits_for_a_future_with_a_time_out();
void sets_a_value_at_thread_exit();
void asks_a_thread_to_stop();
void notifies_before_it_stores();
void waits_for_a_promise_that_waits_for_it();
void counts_a_latch_down_too_rarely();
void takes_a_ticket_and_keeps_it();

/// Those that nothing is wrong with.
inline constexpr Right right_with_interface[] = {
    {"waits_on_an_atomic", &waits_on_an_atomic},
    {"waits_on_a_wide_atomic", &waits_on_a_wide_atomic},
    {"passes_a_flag_on", &passes_a_flag_on},
    {"counts_down_a_latch", &counts_down_a_latch},
    {"meets_at_a_barrier", &meets_at_a_barrier},
    {"shares_two_tickets", &shares_two_tickets},
    {"tries_to_get_a_ticket_in_time", &tries_to_get_a_ticket_in_time},
    {"waits_for_a_promise", &waits_for_a_promise},
    {"waits_for_a_task", &waits_for_a_task},
    {"waits_for_async_results", &waits_for_async_results},
    {"waits_for_a_future_with_a_time_out", &waits_for_a_future_with_a_time_out},
    {"sets_a_value_at_thread_exit", &sets_a_value_at_thread_exit},
    {"asks_a_thread_to_stop", &asks_a_thread_to_stop},
};

}  // namespace programs
