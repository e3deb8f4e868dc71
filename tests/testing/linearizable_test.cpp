// The search for an order of calls, on histories written by hand, and held against all orders tried by brute force.
#include "harness/testing/linearizable.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <ostream>
#include <utility>
#include <vector>

namespace {

using snag::testing::Call;
using snag::testing::Done;
using snag::testing::History;
using snag::testing::Linearization;
using snag::testing::result_of;

/// A register: write(n) returns the old value, read() the present one.
struct Access {
  bool writes;
  int value;
  int apply(int& model) const { return writes ? std::exchange(model, value) : model; }
};

using AccessCall = Call<Access, int>;
using Accesses = History<Access, int>;

AccessCall write(int value, int old, snag::Step first, snag::Step end) { return {{true, value}, old, first, end}; }
AccessCall read(int value, snag::Step first, snag::Step end) { return {{false, 0}, value, first, end}; }

bool explained(const Accesses& history, int model = 0) {
  return Linearization<Access, int, int>(history).explains(model);
}

TEST(Linearization, explains_nothing_by_nothing) {
  EXPECT_TRUE(explained({}));
  EXPECT_TRUE(explained({{}, {}}));
}

TEST(Linearization, takes_the_calls_of_one_thread_in_order) {
  EXPECT_TRUE(explained({{write(1, 0, 0, 1), read(1, 1, 2)}}));
  EXPECT_FALSE(explained({{write(1, 0, 0, 1), read(0, 1, 2)}}));
}

TEST(Linearization, takes_calls_that_overlap_in_either_order) {
  EXPECT_TRUE(explained({{write(1, 0, 0, 5)}, {read(0, 1, 2)}}));
  EXPECT_TRUE(explained({{write(1, 0, 0, 5)}, {read(1, 1, 2)}}));
  EXPECT_FALSE(explained({{write(1, 0, 0, 5)}, {read(2, 1, 2)}}));
}

TEST(Linearization, keeps_to_time_where_calls_do_not_overlap) {
  EXPECT_FALSE(explained({{write(1, 0, 0, 1)}, {read(0, 1, 2)}})) << "the write had ended";
  EXPECT_TRUE(explained({{write(1, 0, 1, 2)}, {read(0, 0, 1)}}));
  EXPECT_FALSE(explained({{write(1, 0, 1, 2)}, {read(1, 0, 1)}})) << "the write had not begun";
}

TEST(Linearization, finds_no_order_for_a_value_that_comes_back) {
  // Both readers overlap the write, and one after the other they see the new value and then the old one.
  EXPECT_FALSE(explained({{write(1, 0, 0, 9)}, {read(1, 1, 2), read(0, 3, 4)}}));
  EXPECT_TRUE(explained({{write(1, 0, 0, 9)}, {read(0, 1, 2), read(1, 3, 4)}}));
}

TEST(Linearization, begins_with_the_model_given) {
  EXPECT_TRUE(explained({{read(7, 0, 1)}}, 7));
  EXPECT_FALSE(explained({{read(7, 0, 1)}}, 6));
}

TEST(Linearization, comes_to_an_end_where_orders_are_many) {
  // Twelve reads in each of four threads, all at once, and one that nothing explains: every order is refused, and
  // without a memory of what was tried there would be more of them than can be gone through.
  Accesses history(4);
  for (std::vector<AccessCall>& thread : history) thread.assign(12, read(0, 0, 1000));
  for (std::vector<AccessCall>& thread : history)
    for (std::size_t i = 0; i < thread.size(); ++i)
      thread[i] = read(0, static_cast<snag::Step>(i), static_cast<snag::Step>(1000 + i));
  history[3].back() = read(1, 11, 1011);
  EXPECT_FALSE(explained(history));
}

TEST(ResultOf, is_done_for_a_command_that_returns_nothing) {
  EXPECT_EQ(result_of([] {}), Done());
  EXPECT_EQ(result_of([] { return 3; }), 3);
}

/// All orders that keep to threads and time.
bool explained_by_brute_force(const Accesses& history, int model) {
  std::vector<std::pair<std::size_t, std::size_t>> calls;
  for (std::size_t thread = 0; thread < history.size(); ++thread)
    for (std::size_t i = 0; i < history[thread].size(); ++i) calls.emplace_back(thread, i);
  const auto call = [&](std::size_t i) -> const AccessCall& { return history[calls[i].first][calls[i].second]; };
  std::vector<std::size_t> order(calls.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    bool fits = true;
    int state = model;
    for (std::size_t one = 0; one < order.size() && fits; ++one) {
      for (std::size_t other = one + 1; other < order.size(); ++other) {
        const bool same_thread = calls[order[one]].first == calls[order[other]].first;
        const bool backwards =
            same_thread ? order[other] < order[one] : call(order[other]).end <= call(order[one]).first;
        fits = fits && !backwards;
      }
      fits = fits && call(order[one]).command.apply(state) == call(order[one]).result;
    }
    if (fits) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

RC_GTEST_PROP(LinearizationProperty, agrees_with_brute_force, ()) {
  const auto threads = *rc::gen::inRange<std::size_t>(1, 4);
  Accesses history(threads);
  for (std::vector<AccessCall>& thread : history) {
    const auto count = *rc::gen::inRange<std::size_t>(0, threads == 3 ? 3 : 4);
    snag::Step now = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const snag::Step first = now + *rc::gen::inRange<snag::Step>(0, 3);
      now = first + *rc::gen::inRange<snag::Step>(1, 5);
      const bool writes = *rc::gen::arbitrary<bool>();
      const int result = *rc::gen::inRange(0, 3);
      thread.push_back(writes ? write(*rc::gen::inRange(0, 3), result, first, now) : read(result, first, now));
    }
  }
  const bool expected = explained_by_brute_force(history, 0);
  RC_CLASSIFY(expected, "explained");
  RC_ASSERT(explained(history) == expected);
}

}  // namespace
