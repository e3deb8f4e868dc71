// An account: a fixture, options, and matchers in ordinary tests.
#include <snag/gtest.h>
#include <snag/snag.h>

#include <gmock/gmock.h>

#include <mutex>

using snag::testing::Finds;
using snag::testing::HasNoFinding;
using snag::testing::IsVerified;

class Account : public testing::Test {
 protected:
  void SetUp() override { balance_ = 100; }
  void TearDown() override { EXPECT_GE(balance_, 0); }

  void withdraw(int amount) {
    const std::lock_guard guard(mutex_);
    if (balance_ >= amount) balance_ = balance_ - amount;
  }

  snag::mutex mutex_;
  snag::shared<int> balance_{0, "balance"};
};

SNAG_TEST_F(Account, is_never_overdrawn) {
  snag::jthread first([&] { withdraw(60); });
  snag::jthread second([&] { withdraw(60); });
}

SNAG_TEST_F(Account, is_never_overdrawn_in_any_interleaving, .strategy = "exhaustive") {
  snag::jthread first([&] { withdraw(60); });
  snag::jthread second([&] { withdraw(60); });
}

void withdraw_twice_without_a_lock() {
  snag::shared<int> balance{100, "balance"};
  const auto withdraw = [&] {
    if (balance >= 60) balance = balance - 60;
  };
  snag::jthread first(withdraw);
  snag::jthread second(withdraw);
}

TEST(Lock, is_needed) { EXPECT_THAT(withdraw_twice_without_a_lock, Finds("lost-update", "balance")); }

class Withdrawals : public testing::TestWithParam<int> {};

TEST_P(Withdrawals, add_up) {
  const int amount = GetParam();
  const auto body = [amount] {
    snag::atomic<int> balance(100);
    {
      snag::jthread first([&] { balance -= amount; });
      snag::jthread second([&] { balance -= amount; });
    }
    EXPECT_EQ(balance.load(), 100 - 2 * amount);
  };
  EXPECT_THAT(body, HasNoFinding({.executions = 500}));
  EXPECT_THAT(body, IsVerified());
}
INSTANTIATE_TEST_SUITE_P(Amounts, Withdrawals, testing::Values(10, 60));
