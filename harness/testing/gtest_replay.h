// SNAG_REPLAY in a program of GoogleTest's: only the test that the token belongs to runs, and it is an error if it does
// not replay it. Nothing may pass because nothing ran.
#pragma once

#include "harness/testing/options.h"

#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <string>

namespace snag::testing {

/// "Suite.Name" of a test.
inline std::string name_of(const ::testing::TestInfo& test) {
  return std::string(test.test_suite_name()) + "." + test.name();
}

/// GTEST_SKIP for another place than where it stands.
inline void skip_at(const char* file, int line, const std::string& message) {
  GTEST_MESSAGE_AT_(file, line, message.c_str(), ::testing::TestPartResult::kSkip);
}

/// Sees to it that SNAG_REPLAY runs the one test that its token belongs to, and that this test does replay it. The
/// explorations of one test are told apart by number: "Suite.Name", "Suite.Name@2", ...
class ReplayListener : public ::testing::EmptyTestEventListener {
 public:
  /// The one of the program, added to GoogleTest's listeners.
  static ReplayListener& instance() {
    static ReplayListener* const listener = [] {
      auto* const made = new ReplayListener;  // GoogleTest deletes it
      ::testing::UnitTest::GetInstance()->listeners().Append(made);
      return made;
    }();
    return *listener;
  }

  /// The name of the exploration that begins now.
  std::string next_name() {
    const ::testing::TestInfo* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    if (test == nullptr) return "outside-of-tests";
    const std::string name = name_of(*test);
    return ++explorations_ == 1 ? name : name + "@" + std::to_string(explorations_);
  }
  void tell_replayed() { replayed_ = true; }

  void OnTestProgramStart(const ::testing::UnitTest& program) override {
    const std::optional<std::string> wanted = wanted_test();
    if (!wanted) return;
    for (int i = 0; i < program.total_test_suite_count(); ++i) {
      const ::testing::TestSuite& suite = *program.GetTestSuite(i);
      for (int j = 0; j < suite.total_test_count(); ++j) {
        const ::testing::TestInfo& test = *suite.GetTestInfo(j);
        if (name_of(test) == *wanted && test.should_run()) return;
      }
    }
    ADD_FAILURE() << "SNAG_REPLAY asks for " << *wanted
                  << ", but this program has no such test, or its flags leave it out: nothing is replayed. Paste the "
                     "whole line that the report printed";
  }
  void OnTestStart(const ::testing::TestInfo& test) override {
    explorations_ = 0;
    replayed_ = false;
    const std::optional<std::string> wanted = wanted_test();
    if (wanted && *wanted != name_of(test)) skip_at(test.file(), test.line(), "SNAG_REPLAY asks for " + *wanted);
  }
  void OnTestEnd(const ::testing::TestInfo& test) override {
    const std::optional<std::string> wanted = wanted_test();
    if (wanted && *wanted == name_of(test) && !replayed_ && !test.result()->Failed())
      ADD_FAILURE_AT(test.file(), test.line())
          << "SNAG_REPLAY asks for an exploration that this test did not come to: nothing was replayed";
  }

 private:
  // The test that the token belongs to; none when there is no token, or a property's (see snag/rapidcheck.h). A damaged
  // token fails every exploration, so nothing needs to be said here.
  static std::optional<std::string> wanted_test() {
    try {
      const std::optional<Token> token = token_to_replay();
      if (!token || token->scenario.starts_with("property/")) return std::nullopt;
      return token->scenario.substr(0, token->scenario.find('@'));
    } catch (const std::exception&) { return std::nullopt; }
  }

  int explorations_ = 0;
  bool replayed_ = false;
};

inline const bool replay_listener_added = (ReplayListener::instance(), true);

}  // namespace snag::testing
