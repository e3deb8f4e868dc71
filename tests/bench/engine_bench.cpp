// The engine's speed on the programs of floor.cpp, with and without checkers: executions a second (items_per_second)
// and nanoseconds a scheduling point (ns_a_point). Held against the floor, which `bench` prints first.
#include "checkers/all.h"
#include "harness/execution/execution.h"
#include "harness/strategies/random.h"

#include <benchmark/benchmark.h>
#include <snag/snag.h>

#include <memory>
#include <vector>

namespace {

// S1: two threads, atomic load then store.
void lost_update() {
  snag::atomic<int> value{0};
  const auto add = [&] {
    const int seen = value.load();
    value.store(seen + 1);
  };
  snag::thread one(add), two(add);
  one.join();
  two.join();
}

// S2: three threads, five increments each under one mutex.
void mutex_counter() {
  snag::mutex mutex;
  int value = 0;
  const auto count = [&] {
    for (int i = 0; i < 5; ++i) {
      mutex.lock();
      value = value + 1;
      mutex.unlock();
    }
  };
  snag::thread one(count), two(count), three(count);
  one.join();
  two.join();
  three.join();
}

void run(benchmark::State& state, void (*body)(), const std::vector<std::unique_ptr<snag::Checker>>& checkers) {
  const snag::Scenario scenario{.name = "bench", .body = body};
  snag::Execution execution;
  snag::RandomStrategy strategy(1);
  std::uint64_t executions = 0, points = 0;
  for (auto _ : state) {
    strategy.begin(executions++);
    points += execution.run(scenario, strategy, checkers).points;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(executions));
  state.counters["ns_a_point"] =
      benchmark::Counter(static_cast<double>(points) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void without_checkers(benchmark::State& state, void (*body)()) { run(state, body, {}); }
void with_checkers(benchmark::State& state, void (*body)()) { run(state, body, snag::all_checkers()); }

BENCHMARK_CAPTURE(without_checkers, S1_lost_update, &lost_update);
BENCHMARK_CAPTURE(without_checkers, S2_mutex_counter, &mutex_counter);
BENCHMARK_CAPTURE(with_checkers, S1_lost_update, &lost_update);
BENCHMARK_CAPTURE(with_checkers, S2_mutex_counter, &mutex_counter);

}  // namespace
