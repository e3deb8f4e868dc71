// Work and span of traces written by hand, and how the suite's variants and one giant lock compare.
#include "harness/campaign/parallelism.h"

#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <mutex>
#include <vector>

namespace snag {
namespace {

class Work : public ::testing::Test {
 protected:
  WorkAndSpan measure() const { return work_and_span(t.trace()); }

  TraceBuilder t;
  ThreadIndex body = t.thread();
  ObjectIndex x = t.variable("x");
  ObjectIndex y = t.variable("y");
  ObjectIndex m = t.mutex("m");
};

TEST_F(Work, of_unordered_threads_is_twice_the_span) {
  const ThreadIndex t1 = t.start();
  const ThreadIndex t2 = t.start();
  t.write(t1, x, 1);
  t.write(t2, y, 1);
  t.write(t1, x, 2);
  t.write(t2, y, 2);
  t.end(t1);
  t.end(t2);
  t.join(body, t1);
  t.join(body, t2);
  const WorkAndSpan measured = measure();
  EXPECT_EQ(measured.work, 4U);
  EXPECT_EQ(measured.span, 2U);
  EXPECT_EQ(measured.threads, 2U);
}

TEST_F(Work, on_variables_that_threads_do_not_share_or_nobody_changes_is_left_out_where_all_is_seen) {
  const ObjectIndex own = t.variable("own");
  const ObjectIndex constant = t.variable("constant");
  t.write(body, constant, 1);
  const ThreadIndex t1 = t.start();
  const ThreadIndex t2 = t.start();
  t.write(t1, own, 1);
  t.read(t1, constant);
  t.write(t1, x, 1);
  t.read(t2, constant);
  t.read(t2, x);
  t.end(t1);
  t.end(t2);
  EXPECT_EQ(work_and_span(t.trace(), Data::shared).work, 2U);
  EXPECT_EQ(work_and_span(t.trace()).work, 5U);
}

TEST_F(Work, under_one_lock_is_the_span) {
  const ThreadIndex t1 = t.start();
  const ThreadIndex t2 = t.start();
  t.lock(t1, m);
  t.write(t1, x, 1);
  t.unlock(t1, m);
  t.lock(t2, m);
  t.write(t2, x, 2);
  t.unlock(t2, m);
  const WorkAndSpan measured = measure();
  EXPECT_EQ(measured.work, 2U);
  EXPECT_EQ(measured.span, 2U);
}

TEST_F(Work, before_a_lock_overlaps_with_what_another_does_under_it) {
  const ThreadIndex t1 = t.start();
  const ThreadIndex t2 = t.start();
  t.write(t2, y, 1);
  t.write(t2, y, 2);
  t.lock(t1, m);
  t.write(t1, x, 1);
  t.unlock(t1, m);
  t.lock(t2, m);
  t.write(t2, x, 2);
  t.unlock(t2, m);
  const WorkAndSpan measured = measure();
  EXPECT_EQ(measured.work, 4U);
  EXPECT_EQ(measured.span, 3U);
}

TEST_F(Work, of_the_body_counts_nothing_but_what_it_orders_is_ordered) {
  t.write(body, x, 7);
  const ThreadIndex t1 = t.start();
  t.write(t1, x, 1);
  t.end(t1);
  t.join(body, t1);
  t.write(body, x, 8);
  const ThreadIndex t2 = t.start();
  t.write(t2, x, 2);
  const WorkAndSpan measured = measure();
  EXPECT_EQ(measured.work, 2U);
  EXPECT_EQ(measured.span, 2U) << "the second thread begins after the first has been joined";
}

TEST_F(Work, that_fails_or_waits_is_none) {
  const ThreadIndex t1 = t.start();
  t.waiting().write(t1, x, 1);
  const ObjectIndex flag = t.atomic("flag", 5);
  t.compare_exchange(t1, flag, 1, 2);
  EXPECT_EQ(measure().work, 0U);
  EXPECT_EQ(measure().span, 0U);
}

// Four numbers, each under its own lock, or all under one.
template <class LockOf>
void add_to_four(LockOf lock_of) {
  std::vector<std::unique_ptr<mutex>> locks;
  std::vector<std::unique_ptr<shared<int>>> numbers;
  for (int i = 0; i < 4; ++i) {
    locks.push_back(std::make_unique<mutex>());
    numbers.push_back(std::make_unique<shared<int>>(0, "number"));
  }
  const auto add = [&](std::size_t begin) {
    for (std::size_t i = begin; i < begin + 2; ++i) {
      const std::lock_guard guard(*locks[lock_of(i)]);
      *numbers[i] += 1;
    }
  };
  thread one([&] { add(0); });
  thread two([&] { add(2); });
  one.join();
  two.join();
}

TEST(MeasuredParallelism, of_a_giant_lock_is_one_and_it_is_called_serialised) {
  const Scenario apart{.name = "test/apart", .body = [] { add_to_four([](std::size_t i) { return i; }); }};
  const Scenario giant{.name = "test/giant", .body = [] { add_to_four([](std::size_t) { return std::size_t{0}; }); }};
  const Parallelism of_apart = measure_parallelism(apart, 1, 50);
  const Parallelism of_giant = measure_parallelism(giant, 1, 50);
  EXPECT_DOUBLE_EQ(of_apart.average, 2);
  EXPECT_DOUBLE_EQ(of_giant.average, 1);
  EXPECT_EQ(of_apart.threads, 2U);
  EXPECT_TRUE(of_apart.data_seen);
  EXPECT_TRUE(is_serialised(of_giant.average, of_apart.average));
  EXPECT_FALSE(is_serialised(of_apart.average, of_apart.average));
}

TEST(MeasuredParallelism, is_the_same_for_the_same_seed) {
  const Scenario giant{.name = "test/giant", .body = [] { add_to_four([](std::size_t i) { return i / 3; }); }};
  EXPECT_EQ(measure_parallelism(giant, 3, 50).average, measure_parallelism(giant, 3, 50).average);
}

TEST(MeasuredParallelism, threads_without_a_scheduling_point_are_counted) {
  const Scenario idle{.name = "test/idle", .body = [] {
                        thread one([] {});
                        thread two([] {
                          const shared<int> own{0, "own"};
                          (void)own.read();
                        });
                        one.join();
                        two.join();
                      }};
  EXPECT_EQ(measure_parallelism(idle, 1, 10).untested, 1U);
}

TEST(Serialised, needs_a_loss_that_is_clear) {
  EXPECT_FALSE(is_serialised(1.0, 1.05)) << "less than a tenth of a thread";
  EXPECT_FALSE(is_serialised(2.8, 3.0)) << "a tenth of what it has beyond one";
  EXPECT_TRUE(is_serialised(1.4, 1.7));
  EXPECT_FALSE(is_serialised(1.7, 1.4)) << "more parallel than the suite's";
}

}  // namespace
}  // namespace snag
