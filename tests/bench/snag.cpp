// snag on the programs of the comparison, with and without checkers, and three measurements of its own: what a thread
// costs that is abandoned, how long and how big an execution of a million steps is, and whether memory stays flat.
#include "checkers/all.h"
#include "harness/execution/execution.h"
#include "harness/strategies/random.h"
#include "tests/bench/measure.h"

#include <sys/resource.h>

#include <snag/snag.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Checkers = std::vector<std::unique_ptr<snag::Checker>>;

template <class Body, std::size_t... index>
void run_threads(const Body& body, std::index_sequence<index...>) {
  std::array<snag::thread, sizeof...(index)> threads{snag::thread([&body] { body(static_cast<int>(index)); })...};
  for (snag::thread& thread : threads) thread.join();
}

// Starts `count` threads that run body(number), and joins them.
template <std::size_t count, class Body>
void with_threads(const Body& body) {
  run_threads(body, std::make_index_sequence<count>());
}

// S1: two threads, atomic load then store.
void lost_update() {
  snag::atomic<int> value{0};
  with_threads<2>([&](int) {
    const int seen = value.load();
    value.store(seen + 1);
  });
}

// S2: three threads, five increments each under one mutex.
void mutex_counter() {
  snag::mutex mutex;
  int value = 0;
  with_threads<3>([&](int) {
    for (int i = 0; i < 5; ++i) {
      mutex.lock();
      value = value + 1;
      mutex.unlock();
    }
  });
}

// S2 with the value under watch: each of its reads and writes is a scheduling point, too.
void watched_counter() {
  snag::mutex mutex;
  snag::shared<int> value = 0;
  with_threads<3>([&](int) {
    for (int i = 0; i < 5; ++i) {
      mutex.lock();
      value = value + 1;
      mutex.unlock();
    }
  });
}

// S3: two mutexes in opposite order.
void opposite_order() {
  std::array<snag::mutex, 2> mutexes;
  with_threads<2>([&](int number) {
    snag::mutex& first = mutexes[static_cast<std::size_t>(number)];
    snag::mutex& second = mutexes[static_cast<std::size_t>(1 - number)];
    first.lock();
    second.lock();
    second.unlock();
    first.unlock();
  });
}

// S4: three philosophers, the lower-numbered fork first.
void philosophers() {
  std::array<snag::mutex, 3> forks;
  with_threads<3>([&](int number) {
    snag::mutex& lower = forks[static_cast<std::size_t>(number == 2 ? 0 : number)];
    snag::mutex& higher = forks[static_cast<std::size_t>(number == 2 ? 2 : number + 1)];
    lower.lock();
    higher.lock();
    higher.unlock();
    lower.unlock();
  });
}

// S5: a bounded buffer of two with two condition variables, two producers and two consumers of three items each.
void bounded_buffer() {
  snag::mutex mutex;
  snag::condition_variable not_full;
  snag::condition_variable not_empty;
  std::array<int, 2> items{};
  std::size_t count = 0;
  const auto put = [&](int item) {
    std::unique_lock lock(mutex);
    while (count == items.size()) not_full.wait(lock);
    items[count++] = item;
    not_empty.notify_one();
  };
  const auto get = [&] {
    std::unique_lock lock(mutex);
    while (count == 0) not_empty.wait(lock);
    const int item = items[--count];
    not_full.notify_one();
    return item;
  };
  with_threads<4>([&](int number) {
    for (int i = 0; i < 3; ++i) {
      if (number < 2)
        put(i);
      else
        get();
    }
  });
}

// One million scheduling points.
void million_steps() {
  snag::mutex mutex;
  snag::shared<int> value = 0;
  with_threads<2>([&](int) {
    for (int i = 0; i < 125'000; ++i) {
      mutex.lock();
      value = value + 1;
      mutex.unlock();
    }
  });
}

// Eight threads that all wait for an end that never comes, or that end by themselves.
constexpr std::size_t crowd = 8;
void stuck_crowd() {
  snag::counting_semaphore<> gate(0);
  with_threads<crowd>([&](int) { gate.acquire(); });
}
void passing_crowd() {
  snag::counting_semaphore<> gate(static_cast<std::ptrdiff_t>(crowd));
  with_threads<crowd>([&](int) { gate.acquire(); });
}

struct Program {
  std::string_view name;
  void (*body)();
};
constexpr Program programs[] = {{"S1", lost_update},    {"S2", mutex_counter}, {"S2w", watched_counter},
                                {"S3", opposite_order}, {"S4", philosophers},  {"S5", bounded_buffer}};

// Runs one execution after another, always with new choices.
class Runner {
 public:
  Runner(void (*body)(), const Checkers& checkers, const snag::ExecutionOptions& options = {})
      : scenario_{.name = "bench", .body = body}, checkers_(checkers), execution_(options) {}

  snag::ExecutionResult run() {
    strategy_.begin(number_++);
    return execution_.run(scenario_, strategy_, checkers_);
  }
  const snag::Execution& execution() const { return execution_; }

 private:
  snag::Scenario scenario_;
  const Checkers& checkers_;
  snag::Execution execution_;
  snag::RandomStrategy strategy_{1};
  std::uint64_t number_ = 0;
};

bench::Count measure(void (*body)(), const Checkers& checkers, double seconds) {
  Runner runner(body, checkers);
  return bench::repeat(seconds, [&](bench::Count& count) {
    for (int i = 0; i < 500; ++i) count.points += runner.run().points;
    count.executions += 500;
  });
}

// Those that deadlock are left out, with the time that they took.
bench::Count measure_without_deadlocks(void (*body)(), const Checkers& checkers, double seconds) {
  using Clock = std::chrono::steady_clock;
  Runner runner(body, checkers);
  bench::Count counted;
  bench::repeat(seconds, [&](bench::Count&) {
    Clock::time_point last = Clock::now();
    for (int i = 0; i < 500; ++i) {
      const snag::ExecutionResult result = runner.run();
      const Clock::time_point now = Clock::now();
      if (result.verdict == snag::Verdict::passed) {
        counted.seconds += std::chrono::duration<double>(now - last).count();
        counted.points += result.points;
        ++counted.executions;
      }
      last = now;
    }
  });
  return counted;
}

// Microseconds that a thread costs more when it is abandoned than when it ends: "<microseconds>".
void measure_abandoned(double seconds) {
  const Checkers none;
  const auto cost = [&](void (*body)()) {
    const bench::Count count = measure(body, none, seconds / 2);
    return count.seconds * 1e6 / static_cast<double>(count.executions);
  };
  std::printf("%.2f\n", (cost(stuck_crowd) - cost(passing_crowd)) / static_cast<double>(crowd + 1));
}

// "<steps> <seconds> <MB>" of the process, at most.
int measure_million() {
  const Checkers checkers = snag::all_checkers();
  Runner runner(million_steps, checkers, {.steps_max = 2'000'000});
  const double start = bench::processor_seconds();
  const snag::ExecutionResult result = runner.run();
  const double seconds = bench::processor_seconds() - start;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%u %.3f %ld\n", result.points, seconds, usage.ru_maxrss / 1024);
  return result.verdict == snag::Verdict::passed && result.findings.empty() ? 0 : 1;
}

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (long kib = 0; word == "VmRSS:" && status >> kib) return kib;
  return 0;
}

// "<KiB after a tenth> <KiB at the end>" of so many executions, those of all programs in turns.
void measure_memory(std::uint64_t executions) {
  const Checkers checkers = snag::all_checkers();
  std::vector<std::unique_ptr<Runner>> runners;
  for (const Program& program : programs) runners.push_back(std::make_unique<Runner>(program.body, checkers));
  runners.push_back(std::make_unique<Runner>(stuck_crowd, checkers));
  long early = 0;
  for (std::uint64_t i = 0; i < executions; ++i) {
    if (i == executions / 10) early = resident_kib();
    runners[i % runners.size()]->run();
  }
  std::printf("%ld %ld\n", early, resident_kib());
}

int usage() {
  std::fputs(
      "usage: snag_bench none|all S1|S2|S2w|S3|S4|S5 SECONDS\n"
      "       snag_bench abandoned SECONDS\n"
      "       snag_bench million\n"
      "       snag_bench memory EXECUTIONS\n",
      stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "abandoned" && argc == 3) {
    measure_abandoned(std::atof(argv[2]));
    return 0;
  }
  if (mode == "million" && argc == 2) return measure_million();
  if (mode == "memory" && argc == 3) {
    measure_memory(std::strtoull(argv[2], nullptr, 10));
    return 0;
  }
  if ((mode != "none" && mode != "all") || argc != 4) return usage();
  const Checkers checkers = mode == "all" ? snag::all_checkers() : Checkers();
  for (const auto& [name, body] : programs) {
    if (name != argv[2]) continue;
    const auto how = name == "S3" ? measure_without_deadlocks : measure;
    bench::print(how(body, checkers, std::atof(argv[3])));
    return 0;
  }
  return usage();
}
