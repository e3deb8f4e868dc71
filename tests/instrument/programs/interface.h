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

// interface_posix.cpp: right, but for the last.
void waits_for_a_posix_semaphore();
void waits_for_a_posix_semaphore_in_time();
void meets_at_a_posix_barrier();
void destroys_a_barrier_that_others_leave();
void counts_under_a_spin_lock();
void keeps_values_by_keys();
void knows_its_thread();
void joins_in_time();
void locks_a_stream();
void waits_for_a_post_too_many();
void meets_at_a_barrier_for_more();
void destroys_a_barrier_that_others_wait_at();
void takes_a_spin_lock_twice();
void takes_a_robust_mutex();

// interface_sizes.cpp: right, but for the last.
void counts_in_sixteen_bytes();
void counts_in_twenty_four_bytes();
void draws_random_numbers();
void draws_random_numbers_in_threads();
void tells_of_its_orders();
void tells_of_its_locks();
void asks_to_look_away();
void shares_pointers();
void keeps_its_orders_to_itself();

// interface_bytes.cpp: right, but for the last.
void does_all_that_strings_can();
void copies_under_a_mutex();
void copies_without_a_mutex();
// Leaves three times "ZZZZZZZZ", then "one long", " text...", then "another ", "text".
void fills_and_copies();

// interface_descriptors.cpp: right, but for the last.
void wakes_by_a_pipe();
void pours_through_a_pipe();
void waits_for_any_of_two();
void waits_for_events_in_time();
void reads_what_nobody_writes();

// interface_refused.cpp: not controlled; the first is right all the same.
void makes_a_process();
void makes_a_c11_thread();
void cancels_a_thread();
void sets_a_timer();
void waits_for_a_signal();

// cleanup.c: right.
extern "C" int cleans_up_in_c(void);
inline void cleans_up() { require(cleans_up_in_c() == 0, "a cleanup handler was not called, or not in its turn"); }

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
    {"waits_for_a_posix_semaphore", &waits_for_a_posix_semaphore},
    {"waits_for_a_posix_semaphore_in_time", &waits_for_a_posix_semaphore_in_time},
    {"meets_at_a_posix_barrier", &meets_at_a_posix_barrier},
    {"destroys_a_barrier_that_others_leave", &destroys_a_barrier_that_others_leave},
    {"counts_under_a_spin_lock", &counts_under_a_spin_lock},
    {"keeps_values_by_keys", &keeps_values_by_keys},
    {"knows_its_thread", &knows_its_thread},
    {"joins_in_time", &joins_in_time},
    {"locks_a_stream", &locks_a_stream},
    {"cleans_up", &cleans_up},
    {"wakes_by_a_pipe", &wakes_by_a_pipe},
    {"pours_through_a_pipe", &pours_through_a_pipe},
    {"waits_for_any_of_two", &waits_for_any_of_two},
    {"waits_for_events_in_time", &waits_for_events_in_time},
    {"does_all_that_strings_can", &does_all_that_strings_can},
    {"copies_under_a_mutex", &copies_under_a_mutex},
    {"counts_in_sixteen_bytes", &counts_in_sixteen_bytes},
    {"counts_in_twenty_four_bytes", &counts_in_twenty_four_bytes},
    {"draws_random_numbers", &draws_random_numbers},
    {"draws_random_numbers_in_threads", &draws_random_numbers_in_threads},
    {"tells_of_its_orders", &tells_of_its_orders},
    {"tells_of_its_locks", &tells_of_its_locks},
    {"asks_to_look_away", &asks_to_look_away},
    {"shares_pointers", &shares_pointers},
};

}  // namespace programs
