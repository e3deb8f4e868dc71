// Relacy (relacy-dev of Debian) on the programs of the comparison: its random scheduler, plain data in VAR_T, so that
// its race checks are on. Its threads are there from the start, so nothing is spawned or joined. S3 is left out: a
// deadlock ends its run.
#include "measure.h"

#include <relacy/relacy.hpp>

#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <streambuf>
#include <string_view>

namespace {

// S1: two threads, atomic load then store.
struct LostUpdate : rl::test_suite<LostUpdate, 2> {
  rl::atomic<int> value;
  void before() { value.store(0, rl::mo_seq_cst, $); }
  void thread(unsigned) {
    const int seen = value.load(rl::mo_seq_cst, $);
    value.store(seen + 1, rl::mo_seq_cst, $);
  }
};

// S2: three threads, five increments each under one mutex.
struct MutexCounter : rl::test_suite<MutexCounter, 3> {
  rl::mutex mutex;
  VAR_T(int) value;
  void before() { VAR(value) = 0; }
  void thread(unsigned) {
    for (int i = 0; i < 5; ++i) {
      mutex.lock($);
      VAR(value) = VAR(value) + 1;
      mutex.unlock($);
    }
  }
};

// S4: three philosophers, the lower-numbered fork first.
struct Philosophers : rl::test_suite<Philosophers, 3> {
  rl::mutex forks[3];
  void thread(unsigned number) {
    const unsigned lower = number == 2 ? 0 : number;
    const unsigned higher = number == 2 ? 2 : number + 1;
    forks[lower].lock($);
    forks[higher].lock($);
    forks[higher].unlock($);
    forks[lower].unlock($);
  }
};

// S5: a bounded buffer of two with two condition variables, two producers and two consumers of three items each.
struct BoundedBuffer : rl::test_suite<BoundedBuffer, 4> {
  rl::mutex mutex;
  rl::condition_variable not_full;
  rl::condition_variable not_empty;
  VAR_T(int) items[2];
  VAR_T(int) count;
  void before() { VAR(count) = 0; }
  void thread(unsigned number) {
    for (int i = 0; i < 3; ++i) {
      if (number < 2)
        put(i);
      else
        get();
    }
  }
  void put(int item) {
    mutex.lock($);
    while (VAR(count) == 2) not_full.wait(mutex, $);
    const int at = VAR(count);
    VAR(items[at]) = item;
    VAR(count) = at + 1;
    not_empty.notify_one($);
    mutex.unlock($);
  }
  int get() {
    mutex.lock($);
    while (VAR(count) == 0) not_empty.wait(mutex, $);
    const int at = VAR(count) - 1;
    const int item = VAR(items[at]);
    VAR(count) = at;
    not_full.notify_one($);
    mutex.unlock($);
    return item;
  }
};

// Swallows what Relacy says of its progress.
struct Nothing : std::streambuf {
  int overflow(int character) override { return character; }
};

template <class Suite>
bool simulate(unsigned executions) {
  Nothing nothing;
  std::ostream quiet(&nothing);
  rl::test_params params;
  params.iteration_count = executions;
  params.output_stream = params.progress_stream = &quiet;
  params.search_type = rl::sched_random;
  return rl::simulate<Suite>(params);
}

template <class Suite>
bench::Count measure(double seconds) {
  // Relacy starts from the same seed each time and makes its fibers anew: once is best, so first see how many it can do.
  unsigned executions = 1000;
  for (;;) {
    const double start = bench::processor_seconds();
    if (!simulate<Suite>(executions)) std::exit(1);
    const double took = bench::processor_seconds() - start;
    if (took >= seconds) return {executions, 0, took};
    executions = static_cast<unsigned>(executions * (took < seconds / 10 ? 10 : 1.2 * seconds / took));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view program = argc == 3 ? argv[1] : "";
  const double seconds = argc == 3 ? std::atof(argv[2]) : 0;
  if (program == "S1")
    bench::print(measure<LostUpdate>(seconds));
  else if (program == "S2")
    bench::print(measure<MutexCounter>(seconds));
  else if (program == "S4")
    bench::print(measure<Philosophers>(seconds));
  else if (program == "S5")
    bench::print(measure<BoundedBuffer>(seconds));
  else {
    std::fputs("usage: relacy_bench S1|S2|S4|S5 SECONDS\n", stderr);
    return 2;
  }
}
