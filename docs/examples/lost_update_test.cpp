// A counter without a lock. This test fails, and is meant to.
#include <snag/gtest.h>
#include <snag/snag.h>

SNAG_TEST(Counter, counts_both_additions) {
  snag::shared<int> count{0, "count"};
  snag::thread first([&] { count = count + 1; });
  snag::thread second([&] { count = count + 1; });
  first.join();
  second.join();
  EXPECT_EQ(count, 2);
}
