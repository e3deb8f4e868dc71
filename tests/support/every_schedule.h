// Runs a body under many schedules, for tests of what must hold under each and of what can come out: exhaustively as far
// as a budget goes, then at random. No checkers: what holds is told by snag::check in the body and by the verdict.
#pragma once

#include "harness/execution/execution.h"
#include "harness/strategies/exhaustive.h"
#include "harness/strategies/random.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace snag::testing {

/// How far to look.
struct Search {
  std::uint64_t exhaustive_max = 600;  ///< executions of exhaustive search
  std::uint64_t random_executions = 200;
  ExecutionOptions options = {.steps_max = 20'000};
  TimeModel time = TimeModel::adversarial;
  WaitingWriter waiting_writer = WaitingWriter::lets_readers_pass;
};

/// Sees each execution when it has ended.
using Judge = std::function<void(const Execution& execution, const ExecutionResult& result)>;

/// Runs the body under every schedule that the search reaches. Returns whether these were all there are.
inline bool for_every_schedule(const std::function<void()>& body, const Judge& judge, const Search& search = {}) {
  const Scenario scenario{.name = "test", .body = body, .time = search.time, .waiting_writer = search.waiting_writer};
  Execution execution(search.options);
  const auto run = [&](Strategy& strategy) {
    const ExecutionResult result = execution.run(scenario, strategy, {});
    strategy.end(execution.schedule(), result.points);
    EXPECT_FALSE(result.diverged) << "the same choices met other options: the body is not deterministic";
    judge(execution, result);
  };
  ExhaustiveStrategy exhaustive;
  for (std::uint64_t number = 0; number < search.exhaustive_max && exhaustive.begin(number); ++number) run(exhaustive);
  if (!exhaustive.finished()) exhaustive.begin(search.exhaustive_max);
  RandomStrategy random(1, 0.5);
  for (std::uint64_t number = 0; number < search.random_executions; ++number) {
    random.begin(number);
    run(random);
  }
  return exhaustive.exhausted();
}

/// The first failed check or uncaught exception of an execution; empty when there is none.
inline std::string failure_in(const Trace& trace) {
  for (const Event& event : trace.events)
    if (event.operation.kind == OperationKind::uncaught_exception ||
        (event.operation.kind == OperationKind::check && !event.success))
      return trace.texts[event.operation.argument];
  return {};
}

/// Expects that under every schedule the body ends, no check fails and no exception leaves a thread. Returns whether
/// the schedules tried were all there are.
inline bool holds_under_every_schedule(const std::function<void()>& body, const Search& search = {}) {
  std::uint64_t failures = 0;
  const bool exhausted = for_every_schedule(
      body,
      [&](const Execution& execution, const ExecutionResult& result) {
        const std::string failure = failure_in(execution.trace());
        if ((result.verdict == Verdict::passed && failure.empty()) || ++failures > 1) return;
        ADD_FAILURE() << name_of(result.verdict) << " after " << execution.schedule().size() << " choices: " << failure;
      },
      search);
  EXPECT_EQ(failures, 0U) << "executions failed; the first is shown above";
  return exhausted;
}

/// What the body returns, over every schedule that the search reaches. Each must pass.
template <class Body>
auto outcomes_of(Body body, const Search& search = {}) {
  using Result = decltype(body());
  std::set<Result> outcomes;
  holds_under_every_schedule([&] { outcomes.insert(body()); }, search);
  return outcomes;
}

/// How executions of the body end, over every schedule that the search reaches.
inline std::set<Verdict> verdicts_of(const std::function<void()>& body, const Search& search = {}) {
  std::set<Verdict> verdicts;
  for_every_schedule(
      body, [&](const Execution&, const ExecutionResult& result) { verdicts.insert(result.verdict); }, search);
  return verdicts;
}

/// Whether the call throws an Error.
template <class Error, class Call>
bool throws(Call call) {
  try {
    call();
  } catch (const Error&) { return true; }
  return false;
}

/// The trace of the body under the schedule that never preempts.
inline Trace trace_of(const std::function<void()>& body, const ExecutionOptions& options = {}) {
  Execution execution(options);
  ExhaustiveStrategy strategy;
  strategy.begin(0);
  execution.run({.name = "test", .body = body}, strategy, {});
  return execution.trace();
}

/// The done events of a kind, in order.
inline std::vector<Event> events_of(const Trace& trace, OperationKind kind) {
  std::vector<Event> events;
  for (const Event& event : trace.events)
    if (event.operation.kind == kind && event.phase == Phase::done) events.push_back(event);
  return events;
}

}  // namespace snag::testing
