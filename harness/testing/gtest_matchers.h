// Matchers that explore a callable inside an ordinary TEST: EXPECT_THAT(body, HasNoFinding()).
#pragma once

#include "harness/testing/gtest_explore.h"

#include <gtest/gtest-matchers.h>

#include <algorithm>
#include <concepts>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

namespace snag::testing {

/// Explores a callable and judges what came of it. EXPECT_THAT asks twice when the answer is no, the second time for an
/// explanation: that answer is kept from the first.
template <class Judge>
class ExplorationMatcher {
 public:
  ExplorationMatcher(Judge judge, Options options, Goal goal)
      : judge_(std::move(judge)), options_(std::move(options)), goal_(goal) {}

  template <std::invocable Body>
  bool MatchAndExplain(const Body& body, ::testing::MatchResultListener* listener) const {
    if (listener->IsInterested() && *refused_ != nullptr) {
      *listener << **refused_;
      refused_->reset();
      return false;
    }
    const GtestExploration result = explore_in_test([&body] { body(); }, options_, goal_);
    if (result.exploration.left_out) return true;  // the token of SNAG_REPLAY belongs to another
    if (result.skipped && result.exploration.failure().empty()) {
      skip_at(result.skipped->file_name(), result.skipped->line_number(), result.skipped->message());
      return true;
    }
    print_summary(result.exploration);
    const std::string objection = judge_.objection(result.exploration);
    if (objection.empty()) return true;
    *listener << objection;
    if (!listener->IsInterested()) *refused_ = std::make_unique<std::string>(objection);
    return false;
  }
  void DescribeTo(std::ostream* stream) const { *stream << judge_.wanted(); }
  void DescribeNegationTo(std::ostream* stream) const { *stream << "not: " << judge_.wanted(); }

 private:
  Judge judge_;
  Options options_;
  Goal goal_;
  std::shared_ptr<std::unique_ptr<std::string>> refused_ = std::make_shared<std::unique_ptr<std::string>>();
};

/// What an exploration must be like. objection() is empty when it is.
struct NoFinding {
  std::string objection(const Exploration& exploration) const {
    const std::string failure = exploration.failure();
    return failure.empty() ? "" : "snag says:\n\n" + failure;
  }
  std::string wanted() const { return "has no finding in any interleaving that is tried"; }
};

struct Verified {
  std::string objection(const Exploration& exploration) const {
    if (const std::string found = NoFinding().objection(exploration); !found.empty()) return found;
    return exploration.verified ? "" : "which is not verified: " + exploration.summary;
  }
  std::string wanted() const { return "has no finding in any interleaving at all"; }
};

struct FindingOf {
  std::string checker;
  std::string object;  ///< empty: any

  std::string objection(const Exploration& exploration) const {
    if (!exploration.error.empty()) return "snag: " + exploration.error;
    const auto is_wanted = [&](const ReportedBug& bug) {
      return !bug.predicted && bug.checker == checker &&
             (object.empty() || std::ranges::find(bug.objects, object) != bug.objects.end());
    };
    if (std::ranges::any_of(exploration.bugs, is_wanted)) return {};
    std::string text = "which was not found: " + exploration.summary;
    for (const ReportedBug& bug : exploration.bugs) text += "\n\n" + bug.report;
    return text;
  }
  std::string wanted() const { return "has the finding " + checker + (object.empty() ? "" : "(" + object + ")"); }
};

/// Matches a callable in which no interleaving that is tried shows a finding.
inline auto HasNoFinding(Options options = {}) {
  return ::testing::MakePolymorphicMatcher(ExplorationMatcher(NoFinding(), std::move(options), Goal::first_finding));
}

/// Matches a callable in which a checker finds something, in the object of this display name if one is given.
inline auto Finds(std::string checker, std::string object = {}, Options options = {}) {
  return ::testing::MakePolymorphicMatcher(
      ExplorationMatcher(FindingOf{std::move(checker), std::move(object)}, std::move(options), Goal::all_findings));
}

/// Matches a callable in which no interleaving at all shows a finding: the strategy is exhaustive, whatever the options
/// and the environment say of strategy and executions. With .bound, none of at most so many preemptions.
inline auto IsVerified(Options options = {}) {
  options.strategy = "exhaustive";
  options.fixed = true;
  return ::testing::MakePolymorphicMatcher(ExplorationMatcher(Verified(), std::move(options), Goal::first_finding));
}

}  // namespace snag::testing
