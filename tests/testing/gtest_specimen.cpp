// A test program as users write it, with tests that pass, fail, skip and crash: gtest_test.cpp runs it as a child
// process and looks at its exit codes, output and files. By itself it fails, and is meant to.
#include <snag/gtest.h>
#include <snag/snag.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>

namespace {

using snag::testing::Finds;
using snag::testing::HasNoFinding;
using snag::testing::IsVerified;

/// Runs the work in two threads, and waits for them.
void twice(const std::function<void()>& work) {
  snag::thread first(work);
  snag::thread second(work);
  first.join();
  second.join();
}

void add_in_two_steps(snag::atomic<int>& count) { count.store(count.load() + 1); }

// ---- Tests that pass ---------------------------------------------------------------------------------------------

SNAG_TEST(Right, adds_under_a_lock) {
  snag::shared<int> count{0, "count"};
  snag::mutex mutex;
  twice([&] {
    const std::lock_guard guard(mutex);
    count = count + 1;
    SUCCEED() << "passing results do not add up";
  });
  EXPECT_EQ(count, 2);
}

SNAG_TEST(Right, is_verified, .strategy = "exhaustive", .bound = 2) {
  snag::atomic<int> count{0};
  twice([&] { count.fetch_add(1); });
  EXPECT_EQ(count.load(), 2);
}

TEST(Ordinary, passes) { EXPECT_EQ(1 + 1, 2); }

// ---- Tests that fail ---------------------------------------------------------------------------------------------

SNAG_TEST(Wrong, loses_an_update) {
  snag::shared<int> count{0, "count"};
  twice([&] { count = count + 1; });
}

SNAG_TEST(Wrong, expects_in_the_body) {
  snag::atomic<int> count{0};
  snag::atomic<int> done{0};
  twice([&] {
    count.load();
    done.fetch_add(1);
  });
  EXPECT_EQ(done.load(), 3) << "in the body";
}

SNAG_TEST(Wrong, expects_in_a_thread) {
  snag::atomic<int> turn{0};
  snag::thread other([&] { turn.store(1); });
  snag::thread looker([&] {
    EXPECT_EQ(turn.load(), 0) << "the other was faster";
    turn.load();
  });
  other.join();
  looker.join();
}

SNAG_TEST(Wrong, asserts_in_a_thread) {
  snag::atomic<int> turn{0};
  bool went_on = false;
  snag::thread other([&] { turn.store(1); });
  snag::thread looker([&] {
    [&] { ASSERT_EQ(turn.load(), 0) << "the other was faster"; }();
    [&] {
      FAIL() << "second";
      went_on = true;
    }();
    turn.load();
  });
  other.join();
  looker.join();
  snag::check(!went_on, "FAIL returns from its function");
}

SNAG_TEST(Wrong, fails_under_a_trace) {
  snag::atomic<int> turn{0};
  snag::thread other([&] {
    SCOPED_TRACE("of the other");
    turn.store(1);
    turn.store(2);
  });
  snag::thread looker([&] {
    SCOPED_TRACE("of the looker");
    if (turn.load() == 1) ADD_FAILURE() << "between the two";
  });
  other.join();
  looker.join();
}

SNAG_TEST(Wrong, fails_under_a_trace_alone) {
  SCOPED_TRACE("of the body");
  ADD_FAILURE() << "alone";
}

SNAG_TEST(Wrong, throws_in_a_thread) {
  snag::thread thrower([] { throw std::runtime_error("thrown on purpose"); });
  thrower.join();
}

SNAG_TEST(Wrong, expects_in_a_destructor) {
  // Where the failure ends the execution a noexcept frame is on the stack, and GoogleTest must hold no lock.
  struct Expects {
    snag::atomic<int>& count;
    ~Expects() {
      EXPECT_EQ(count.load(), 0) << "in a destructor";
      count.load();
      EXPECT_EQ(count.load(), 0) << "after it";
    }
  };
  snag::atomic<int> count{0};
  twice([&] {
    const Expects expects{count};
    count.fetch_add(1);
  });
}

SNAG_TEST(Wrong, is_inconclusive_when_strict, .strategy = "random", .strict = true, .steps_max = 3) {
  snag::atomic<int> count{0};
  twice([&] {
    for (int i = 0; i < 10; ++i) count.fetch_add(1);
  });
}

SNAG_TEST(Wrong, asks_for_an_unknown_strategy, .strategy = "wishful") {}

SNAG_TEST(Wrong, is_not_deterministic) {
  static int executions = 0;
  snag::atomic<int> count{0};
  ++executions;
  twice([&] {
    for (int i = 0; i < executions; ++i) count.fetch_add(1);
  });
}

// ---- Skips -------------------------------------------------------------------------------------------------------

SNAG_TEST(Skips, in_the_body) { GTEST_SKIP() << "not today"; }

// ---- Crashes -----------------------------------------------------------------------------------------------------

int* volatile nowhere = reinterpret_cast<int*>(std::uintptr_t{0x8000});

SNAG_TEST(Crashes, at_a_bad_pointer) {
  snag::atomic<int> count{0};
  twice([&] {
    if (count.fetch_add(1) == 1) *nowhere = 1;
  });
}

SNAG_TEST(Crashes, by_exit) {
  snag::atomic<int> count{0};
  twice([&] {
    if (count.fetch_add(1) == 1) std::exit(0);
  });
}

// ---- A fixture ---------------------------------------------------------------------------------------------------

class Account : public ::testing::Test {
 public:
  static int suites, fixtures, bodies, tear_downs;

  static void SetUpTestSuite() { ++suites; }
  static void TearDownTestSuite() {
    std::cout << "suites " << suites << ", all torn down: " << (tear_downs == fixtures)
              << ", all with a body: " << (bodies == fixtures) << ", many: " << (fixtures > 100) << '\n';
  }

 protected:
  Account() { ++fixtures; }

  void withdraw(int amount) {
    const std::lock_guard guard(mutex);
    if (balance >= amount) balance = balance - amount;
  }

  snag::mutex mutex;
  snag::shared<int> balance{0, "balance"};

 private:
  void SetUp() override { balance = 100; }
  void TearDown() override {
    ++tear_downs;
    EXPECT_GE(balance, 0);
  }
};
int Account::suites = 0;
int Account::fixtures = 0;
int Account::bodies = 0;
int Account::tear_downs = 0;

SNAG_TEST_F(Account, is_new_in_each_execution, .executions = 500) {
  ++bodies;
  EXPECT_EQ(balance, 100);
  twice([&] { withdraw(60); });
  EXPECT_EQ(balance, 40);
}

class BadSetUp : public ::testing::Test {
 protected:
  void SetUp() override { FAIL() << "no account"; }
};
SNAG_TEST_F(BadSetUp, keeps_the_body_from_running) {
  std::cout << "the body ran\n";
  snag::check(false, "never reached");
}

// ---- Matchers ----------------------------------------------------------------------------------------------------

void lose_an_update() {
  snag::shared<int> count{0, "count"};
  twice([&] { count = count + 1; });
}

void lose_nothing() {
  snag::atomic<int> count{0};
  twice([&] { count.fetch_add(1); });
  EXPECT_EQ(count.load(), 2);
}

TEST(Matchers, pass) {
  EXPECT_THAT(lose_nothing, HasNoFinding());
  EXPECT_THAT([] { lose_nothing(); }, HasNoFinding());
  EXPECT_THAT(lose_nothing, IsVerified());
  EXPECT_THAT(lose_nothing, IsVerified({.bound = 1}));
  EXPECT_THAT(lose_an_update, Finds("lost-update"));
  EXPECT_THAT(lose_an_update, Finds("lost-update", "count"));
  EXPECT_THAT(lose_nothing, ::testing::Not(Finds("lost-update")));
}

TEST(Matchers, has_no_finding_fails) {
  EXPECT_THAT(lose_nothing, HasNoFinding());
  EXPECT_THAT(lose_an_update, HasNoFinding());
}

TEST(Matchers, finds_fails_for_another_object) { EXPECT_THAT(lose_an_update, Finds("lost-update", "sum")); }

TEST(Matchers, finds_fails_when_there_is_nothing) { EXPECT_THAT(lose_nothing, Finds("lost-update")); }

TEST(Matchers, is_verified_fails_when_the_search_cannot_end) {
  EXPECT_THAT(lose_nothing, IsVerified({.steps_max = 4}));
}

// ---- Parameters --------------------------------------------------------------------------------------------------

class Threads : public ::testing::TestWithParam<int> {};
TEST_P(Threads, add_in_two_steps) {
  const int limit = GetParam();
  const auto body = [limit] {
    snag::atomic<int> count{0};
    twice([&] { add_in_two_steps(count); });
    EXPECT_GE(count.load(), limit);
  };
  EXPECT_THAT(body, HasNoFinding());
}
INSTANTIATE_TEST_SUITE_P(Some, Threads, ::testing::Values(1, 2));

}  // namespace
