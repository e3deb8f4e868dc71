// Runs a body inside a property: once under a schedule that RapidCheck made, or under the first of all. What is found
// fails the case, RC_ASSERT from any controlled thread included.
#pragma once

#include "harness/testing/expectation.h"
#include "harness/testing/exploration.h"
#include "harness/testing/rapidcheck_schedule.h"

#include <rapidcheck.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace snag::rapidcheck {

using testing::Options;

/// Explores the body as the options say, whatever the environment says of strategy and executions. A finding fails the
/// case, with its report; RC_PRE and RC_DISCARD discard it. With SNAG_REPLAY the token's execution is run instead;
/// cases that it does not fit are discarded, and properties of another name succeed.
inline void explore_in_property(const std::string& name, std::function<void()> body, Options options) {
  using ::rc::detail::CaseResult;
  std::optional<CaseResult> ended;
  const auto take_result = [&ended] {
    try {
      throw;
    } catch (const CaseResult& result) {
      if (result.type == CaseResult::Type::Failure)
        testing::note_failed_expectation(result.description);
      else
        ended = result;
      return true;
    } catch (...) { return false; }
  };
  options.fixed = true;
  const testing::Exploration exploration = testing::explore_test({.name = "property/" + name,
                                                                  .body = std::move(body),
                                                                  .command = testing::this_program(""),
                                                                  .foreign_exception = take_result},
                                                                 options, testing::Goal::first_finding);
  if (exploration.left_out) throw CaseResult(CaseResult::Type::Success, "SNAG_REPLAY asks for another test");
  // What the others do without a thread that gave up on the case means nothing.
  if (ended) throw *ended;
  if (exploration.replayed && !exploration.error.empty())
    throw CaseResult(CaseResult::Type::Discard,
                     exploration.error +
                         "; if the body depends on other generated values, give RC_PARAMS the reproduce "
                         "string, too");
  if (const std::string failure = exploration.failure(); !failure.empty())
    throw CaseResult(CaseResult::Type::Failure, failure);
}

/// Runs the body once, as T0, under the schedule. The name stands in reports and tokens: one for each property of a
/// program, without a colon. The body must do the same whenever it is run under the same schedule: draw generated
/// values before, not in it.
inline void run_under(const std::string& name, const Schedule& schedule, std::function<void()> body,
                      Options options = {}) {
  options.strategy = "listed";
  options.choices = schedule.choices;
  options.executions = 1;
  explore_in_property(name, std::move(body), std::move(options));
}

}  // namespace snag::rapidcheck
