// Where GoogleTest's results go while a body is explored. All controlled threads run on one thread of the system, so
// GoogleTest takes them for one, and would count a failure once for each execution. So its results are caught: a failed
// expectation becomes an event of the execution (see expectation.h), and the test fails once, when all is over.
#pragma once

#include "harness/testing/expectation.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The flags of GoogleTest before 1.12 had no macros of their own.
#ifdef GTEST_FLAG_SET
#define SNAG_GTEST_FLAG_GET_(name) GTEST_FLAG_GET(name)
#define SNAG_GTEST_FLAG_SET_(name, value) GTEST_FLAG_SET(name, value)
#else
#define SNAG_GTEST_FLAG_GET_(name) ::testing::GTEST_FLAG(name)
#define SNAG_GTEST_FLAG_SET_(name, value) ((void)(::testing::GTEST_FLAG(name) = (value)))
#endif

namespace snag::testing {

/// Takes GoogleTest's results on this thread of the system as long as it lives. Those of controlled threads become
/// events; those from outside an execution (a fixture's static members, say) are handed over in the end.
class ResultsOfBody : public ::testing::ScopedFakeTestPartResultReporter {
 public:
  /// Whether --gtest_break_on_failure and --gtest_throw_on_failure are at work in the body, or only when the test fails
  /// in the end.
  enum class Flags { suspended, at_work };

  explicit ResultsOfBody(Flags flags)
      : ScopedFakeTestPartResultReporter(INTERCEPT_ONLY_CURRENT_THREAD, nullptr),
        break_on_failure_(SNAG_GTEST_FLAG_GET_(break_on_failure)),
        throw_on_failure_(SNAG_GTEST_FLAG_GET_(throw_on_failure)),
        before_(std::exchange(current_, this)) {
    if (flags == Flags::suspended) SNAG_GTEST_FLAG_SET_(break_on_failure, false);
    SNAG_GTEST_FLAG_SET_(throw_on_failure, false);  // would leave the thread and hide what failed
  }
  ResultsOfBody(const ResultsOfBody&) = delete;
  ResultsOfBody& operator=(const ResultsOfBody&) = delete;
  ~ResultsOfBody() override {
    SNAG_GTEST_FLAG_SET_(break_on_failure, break_on_failure_);
    SNAG_GTEST_FLAG_SET_(throw_on_failure, throw_on_failure_);
    current_ = before_;
  }

  static ResultsOfBody* current() { return current_; }
  /// Results that kept a body from going on so far: fatal failures and skips.
  std::size_t ended_early() const { return ended_early_; }
  /// The GTEST_SKIP that a body came to, if it did.
  const std::optional<::testing::TestPartResult>& skipped() const { return skipped_; }
  const std::vector<::testing::TestPartResult>& outside() const { return outside_; }

  void ReportTestPartResult(const ::testing::TestPartResult& result) override {
    if (result.type() == ::testing::TestPartResult::kSuccess) return;
    if (result.fatally_failed() || result.type() == ::testing::TestPartResult::kSkip) ++ended_early_;
    if (result.type() == ::testing::TestPartResult::kSkip) {
      skipped_.emplace(result);
    } else if (note_failed_expectation(message_of(result)) == Noted::outside) {
      outside_.push_back(result);
    }
  }

 private:
  // GoogleTest keeps one stack of SCOPED_TRACEs for the thread of the system: with several controlled threads it holds
  // those of others, too.
  static std::string message_of(const ::testing::TestPartResult& result) {
    std::string message = result.message();
    const std::size_t trace = message.find("\nGoogle Test trace:\n");
    if (trace == std::string::npos || !has_several_threads()) return message;
    return message.substr(0, trace) + "\n(SCOPED_TRACE left out: it cannot tell controlled threads apart)";
  }

  static inline thread_local ResultsOfBody* current_ = nullptr;

  bool break_on_failure_;
  bool throw_on_failure_;
  ResultsOfBody* before_;
  std::size_t ended_early_ = 0;
  std::optional<::testing::TestPartResult> skipped_;
  std::vector<::testing::TestPartResult> outside_;
};

}  // namespace snag::testing
