// Explores a body as part of the GoogleTest test that runs, and tells GoogleTest what came of it.
#pragma once

#include "harness/testing/exploration.h"
#include "harness/testing/gtest_replay.h"
#include "harness/testing/gtest_results.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace snag::testing {

/// An exploration, and what GoogleTest's own results in it came to.
struct GtestExploration {
  Exploration exploration;
  std::optional<::testing::TestPartResult> skipped;
};

/// Explores a body as part of the test that runs.
inline GtestExploration explore_in_test(std::function<void()> body, const Options& options, Goal goal) {
  const ::testing::TestInfo* const test = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string filter = test == nullptr ? "" : "--gtest_filter=" + name_of(*test);
  const Subject subject{
      .name = ReplayListener::instance().next_name(), .body = std::move(body), .command = this_program(filter)};
  const char* const token = std::getenv("SNAG_REPLAY");
  const bool replaying = token != nullptr && *token != '\0';
  GtestExploration result;
  std::vector<::testing::TestPartResult> outside;
  {
    // Replayed under a debugger, a test stops in the thread that fails; while searching, it would stop without a token.
    const ResultsOfBody results(replaying ? ResultsOfBody::Flags::at_work : ResultsOfBody::Flags::suspended);
    result.exploration = explore_test(subject, options, goal);
    if (results.skipped()) result.skipped.emplace(*results.skipped());
    outside = results.outside();
  }
  for (const ::testing::TestPartResult& failure : outside)
    ADD_FAILURE_AT(failure.file_name(), failure.line_number()) << failure.message();
  if (replaying && !result.exploration.left_out) ReplayListener::instance().tell_replayed();
  return result;
}

/// Says what was done in honest words, for those who read the log and those who read the XML.
inline void print_summary(const Exploration& exploration) {
  if (exploration.left_out || exploration.summary.empty()) return;
  std::cout << "[   SNAG   ] " << exploration.summary << '\n';
  for (const std::string& note : exploration.notes) std::cout << "[   SNAG   ] note: " << note << '\n';
  for (const ReportedBug& bug : exploration.bugs)
    if (bug.predicted && !exploration.strict) std::cout << '\n' << bug.report << '\n';
  std::cout.flush();
  ::testing::Test::RecordProperty("snag", exploration.summary);
}

/// What a SNAG_TEST does.
inline void run_test(std::function<void()> body, const Options& options, const char* file, int line) {
  const GtestExploration result = explore_in_test(std::move(body), options, Goal::first_finding);
  const Exploration& exploration = result.exploration;
  const std::string failure = exploration.failure();
  // A body that skips itself has shown nothing, however often it ran.
  if (!result.skipped || !failure.empty()) print_summary(exploration);
  if (!failure.empty()) {
    const ReportedBug* const expectation =
        exploration.bugs.size() == 1 && !exploration.bugs.front().file.empty() ? &exploration.bugs.front() : nullptr;
    ADD_FAILURE_AT(expectation == nullptr ? file : expectation->file.c_str(),
                   expectation == nullptr ? line : expectation->line)
        << failure;
  } else if (result.skipped) {
    skip_at(result.skipped->file_name(), result.skipped->line_number(), result.skipped->message());
  } else if (exploration.left_out) {
    skip_at(file, line, "SNAG_REPLAY asks for another exploration");
  }
}

/// One execution of a test with a fixture.
template <class Body>
void run_fixture() {
  // Names the members through a derived class, which may: fixtures make them protected or private.
  struct Access : ::testing::Test {
    static auto set_up() { return &Access::SetUp; }
    static auto tear_down() { return &Access::TearDown; }
  };
  const ResultsOfBody* const results = ResultsOfBody::current();
  const std::size_t before = results->ended_early();
  const auto body = std::make_unique<Body>();
  ::testing::Test& test = *body;
  if (results->ended_early() == before) (test.*Access::set_up())();
  if (results->ended_early() == before) body->TestBody();
  (test.*Access::tear_down())();
}

/// Registers a test that belongs to the suite of a fixture without being one: the fixture is made in each execution.
template <class Fixture, class Test>
::testing::TestInfo* register_with_fixture(const char* suite, const char* name, const char* file, int line) {
  namespace internal = ::testing::internal;
  using Suite = internal::SuiteApiResolver<Fixture>;
  return internal::MakeAndRegisterTestInfo(suite, name, nullptr, nullptr, internal::CodeLocation(file, line),
                                           internal::GetTypeId<Fixture>(), Suite::GetSetUpCaseOrSuite(file, line),
                                           Suite::GetTearDownCaseOrSuite(file, line),
                                           new internal::TestFactoryImpl<Test>);
}

}  // namespace snag::testing
