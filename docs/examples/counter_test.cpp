// A counter, and a test that holds in every interleaving.
#include <snag/gtest.h>
#include <snag/snag.h>

#include <mutex>

class Counter {
 public:
  void add() {
    const std::lock_guard guard(mutex_);
    count_ = count_ + 1;
  }
  int count() {
    const std::lock_guard guard(mutex_);
    return count_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> count_{0, "count"};
};

SNAG_TEST(Counter, counts_both_additions) {
  Counter counter;
  snag::thread first([&] { counter.add(); });
  snag::thread second([&] {
    counter.add();
    EXPECT_GE(counter.count(), 1);
  });
  first.join();
  second.join();
  EXPECT_EQ(counter.count(), 2);
}
