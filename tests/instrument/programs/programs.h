// Small programs as people write them, of the standard library and pthreads alone. They are compiled as unmodified
// programs are; what they find wrong with themselves they throw.
#pragma once

#include <ostream>
#include <stdexcept>
#include <string>

namespace programs {

/// Throws if the condition does not hold.
inline void require(bool condition, const char* what) {
  if (!condition) throw std::logic_error(what);
}

// threads.cpp: right, but for the last.
void counts_under_a_mutex();
void hands_over_with_a_condition_variable();
void publishes_with_an_atomic();
void initialises_once();
void shares_a_lock();
void adds_in_every_width();
void adds_with_compare_exchange();
void loses_an_update();
void loses_an_update_of_an_atomic();
void loses_an_update_between_locks();
void waits_for_a_plain_flag();
void locks_in_opposite_orders();
void misses_a_notify();

// locals.cpp: right.
void keeps_thread_locals_apart();
void keeps_errno_apart();
void keeps_exceptions_in_flight_apart();
void destroys_thread_locals_at_the_end_of_a_thread();
int thread_locals_destroyed();  ///< by the last run of the one above

// posix.cpp: right, but for the last.
void returns_results_through_join();
void leaves_threads_with_pthread_exit();
void uses_all_types_of_mutexes();
void waits_with_time_outs();
void initialises_once_with_pthread_once();
void reads_and_writes_under_a_rwlock();
void detaches_a_thread();
void joins_a_thread_twice();

// crashes.cpp: wrong in ways that end the process, or the thread.
void follows_a_null_pointer();
void computes_for_ever();
void lets_an_exception_leave_a_thread();
void destroys_a_joinable_thread();

// memory.cpp: the first three are right.
void allocates_in_every_way();
void passes_blocks_from_thread_to_thread();
void allocates_and_frees_much();
void uses_what_another_thread_has_freed();
void uses_an_atomic_that_was_freed();
void frees_twice();
void frees_what_was_never_allocated();
void frees_an_address_in_the_middle();

// Two threads and a mutex in ten lines: what speed is measured with.
void ten_lines();

/// One write.
void write_through(int& variable, int value);

/// Those that nothing is wrong with.
struct Right {
  const char* name;
  void (*program)();
  friend std::ostream& operator<<(std::ostream& stream, const Right& right) { return stream << right.name; }
};
inline constexpr Right right[] = {
    {"counts_under_a_mutex", &counts_under_a_mutex},
    {"hands_over_with_a_condition_variable", &hands_over_with_a_condition_variable},
    {"publishes_with_an_atomic", &publishes_with_an_atomic},
    {"initialises_once", &initialises_once},
    {"shares_a_lock", &shares_a_lock},
    {"adds_in_every_width", &adds_in_every_width},
    {"adds_with_compare_exchange", &adds_with_compare_exchange},
    {"keeps_thread_locals_apart", &keeps_thread_locals_apart},
    {"keeps_errno_apart", &keeps_errno_apart},
    {"keeps_exceptions_in_flight_apart", &keeps_exceptions_in_flight_apart},
    {"destroys_thread_locals", &destroys_thread_locals_at_the_end_of_a_thread},
    {"returns_results_through_join", &returns_results_through_join},
    {"leaves_threads_with_pthread_exit", &leaves_threads_with_pthread_exit},
    {"uses_all_types_of_mutexes", &uses_all_types_of_mutexes},
    {"waits_with_time_outs", &waits_with_time_outs},
    {"initialises_once_with_pthread_once", &initialises_once_with_pthread_once},
    {"reads_and_writes_under_a_rwlock", &reads_and_writes_under_a_rwlock},
    {"detaches_a_thread", &detaches_a_thread},
    {"allocates_in_every_way", &allocates_in_every_way},
    {"passes_blocks_from_thread_to_thread", &passes_blocks_from_thread_to_thread},
    {"ten_lines", &ten_lines},
};

}  // namespace programs
