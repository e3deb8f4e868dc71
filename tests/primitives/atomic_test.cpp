// atomic<T> and atomic_thread_fence: what the standard promises of values, under every schedule.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <array>
#include <atomic>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

enum class Colour : std::uint8_t { red, green, blue };

struct Point {
  std::int32_t x, y;
  bool operator==(const Point&) const = default;
};

// Load, store, exchange and both compare-exchanges, for any T; one, two, three differ.
template <class T>
void hold_values(T one, T two, T three) {
  EXPECT_TRUE(holds_under_every_schedule([=] {
    atomic<T> x{one};
    check(x.load() == one && static_cast<T>(x) == one, "the initial value");
    x.store(two);
    check(x.load(std::memory_order_acquire) == two, "what was stored");
    check((x = three) == three, "assignment gives the value");
    check(x.exchange(one, std::memory_order_acq_rel) == three, "exchange gives the old value");
    T expected = two;
    check(!x.compare_exchange_strong(expected, three) && expected == one, "a failure tells what was found");
    check(x.compare_exchange_strong(expected, three) && expected == one && x.load() == three, "a success exchanges");
    check(!x.compare_exchange_weak(expected, two, std::memory_order_release, std::memory_order_relaxed), "as strong");
    check(expected == three && x.compare_exchange_weak(expected, two) && x.load() == two, "no spurious failure here");
  }));
}

TEST(Atomic, holds_values_of_every_kind) {
  hold_values<int>(-1, 0, std::numeric_limits<int>::max());
  hold_values<std::uint64_t>(0, 1, std::numeric_limits<std::uint64_t>::max());
  hold_values<char>('a', 'b', '\0');
  hold_values<double>(0.5, -1.25, 1e300);
  hold_values<float>(0.5F, -1.25F, 1e30F);
  hold_values<Colour>(Colour::red, Colour::green, Colour::blue);
  hold_values<Point>({1, 2}, {3, 4}, {-1, 2});
  static std::array<int, 3> numbers{};
  hold_values<int*>(numbers.data(), nullptr, &numbers[2]);
}

TEST(Atomic, of_bool_is_a_flag) {
  holds_under_every_schedule([] {
    atomic<bool> flag;
    check(!flag, "false to begin with");
    check(!flag.exchange(true) && flag, "set by the first");
    bool expected = false;
    check(!flag.compare_exchange_strong(expected, false) && expected, "found set");
  });
}

TEST(Atomic, increments_are_never_lost) {
  EXPECT_EQ(outcomes_of([] {
              atomic<int> x{0};
              const auto work = [&] {
                ++x;
                x += 2;
                x.fetch_add(3, std::memory_order_relaxed);
              };
              thread one(work), two(work);
              one.join();
              two.join();
              return x.load();
            }),
            std::set<int>{12});
}

TEST(Atomic, load_then_store_may_lose_one) {
  EXPECT_EQ(outcomes_of([] {
              atomic<int> x{0};
              const auto work = [&] { x.store(x.load() + 1); };
              thread one(work), two(work);
              one.join();
              two.join();
              return x.load();
            }),
            (std::set<int>{1, 2}));
}

TEST(Atomic, compare_exchange_loops_lose_nothing) {
  const auto add_in_a_loop = [] {
    atomic<int> x{0};
    const auto work = [&](int much) {
      int expected = x.load();
      while (!x.compare_exchange_weak(expected, expected + much)) {}
    };
    thread one(work, 1), two(work, 2), three(work, 4);
    one.join();
    two.join();
    three.join();
    return x.load();
  };
  EXPECT_EQ(outcomes_of(add_in_a_loop), std::set<int>{7});
  EXPECT_EQ(outcomes_of(add_in_a_loop, {.options = {.spurious_max = 2}}), std::set<int>{7});
}

TEST(Atomic, weak_compare_exchange_fails_without_cause_only_within_the_budget) {
  const auto body = [] {
    atomic<int> x{0};
    int expected = 0;
    const bool weak = x.compare_exchange_weak(expected, 1);
    check(expected == 0, "what was found");
    int again = weak ? 1 : 0;
    check(x.compare_exchange_strong(again, 2), "a strong one never fails so");
    return weak;
  };
  EXPECT_EQ(outcomes_of(body), std::set<bool>{true});
  EXPECT_EQ(outcomes_of(body, {.options = {.spurious_max = 1}}), (std::set<bool>{false, true}));
}

TEST(Atomic, integers_have_the_standards_operators) {
  const auto with = [](auto x) {
    std::vector<long> values;
    const auto keep = [&](auto value) { values.push_back(static_cast<long>(value)); };
    keep(x->fetch_sub(3));
    keep(x->fetch_or(0b1000));
    keep(x->fetch_and(0b1110));
    keep(x->fetch_xor(0b0110));
    keep((*x)++);
    keep(++*x);
    keep((*x)--);
    keep(--*x);
    keep(*x += 10);
    keep(*x -= 4);
    keep(*x |= 1);
    keep(*x &= 0xF);
    keep(*x ^= 5);
    keep(x->load());
    return values;
  };
  std::atomic<int> real{7};
  const std::vector<long> expected = with(&real);
  holds_under_every_schedule([&] {
    atomic<int> controlled{7};
    check(with(&controlled) == expected, "as std::atomic<int>");
    atomic<std::uint8_t> small{7};
    check(with(&small) == expected, "as std::atomic<int>, in this range");
  });
}

TEST(Atomic, signed_integers_wrap_around) {
  holds_under_every_schedule([] {
    constexpr int most = std::numeric_limits<int>::max();
    constexpr int least = std::numeric_limits<int>::min();
    atomic<int> x{most};
    check(x.fetch_add(1) == most && x == least, "no undefined results");
    check(x.fetch_sub(1) == least && x == most, "down too");
    check((x += 2) == least + 1 && (x -= 2) == most && ++x == least && --x == most, "and the operators");
    atomic<long long> wide{std::numeric_limits<long long>::min()};
    check(--wide == std::numeric_limits<long long>::max(), "of any width");
    atomic<signed char> narrow{127};
    check(++narrow == -128 && narrow.fetch_sub(1) == -128 && narrow == 127, "and narrow ones");
  });
}

TEST(Atomic, floating_point_adds_and_subtracts) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    atomic<double> x{0.5};
    check(x.fetch_add(2.0) == 0.5 && x.fetch_sub(1.0) == 2.5 && x.load() == 1.5, "the old value comes back");
    check((x += 0.25) == 1.75 && (x -= 1.0) == 0.75, "the operators give the new one");
    const auto add = [&] { x.fetch_add(1.0); };
    thread one(add), two(add);
    one.join();
    two.join();
    check(x.load() == 2.75, "no update is lost");
  }));
}

TEST(Atomic, pointers_move_by_elements) {
  holds_under_every_schedule([] {
    static std::array<int, 8> numbers{};
    atomic<int*> p{numbers.data()};
    check(p.fetch_add(2) == &numbers[0] && p == &numbers[2], "by two elements");
    check((p += 3) == &numbers[5] && (p -= 1) == &numbers[4], "operators");
    check(++p == &numbers[5] && p-- == &numbers[5] && p.fetch_sub(4) == &numbers[4] && p.load() == numbers.data(),
          "back");
  });
}

TEST(Atomic, compares_floating_point_by_bits) {
  const auto with = [](auto x) {
    double expected = std::numeric_limits<double>::quiet_NaN();
    const bool not_a_number = x->compare_exchange_strong(expected, -0.0);
    expected = 0.0;
    const bool zeros = x->compare_exchange_strong(expected, 1.0);
    return std::tuple(not_a_number, zeros, std::signbit(expected));
  };
  std::atomic<double> real{std::numeric_limits<double>::quiet_NaN()};
  const auto expected = with(&real);
  ASSERT_EQ(expected, std::tuple(true, false, true)) << "the standard's own answer";
  holds_under_every_schedule([&] {
    atomic<double> controlled{std::numeric_limits<double>::quiet_NaN()};
    check(with(&controlled) == expected, "a NaN equals itself, and the zeros differ");
    atomic<double> sum{0.25};
    check(sum.fetch_add(0.5) == 0.25 && (sum -= 0.25) == 0.5, "arithmetic");
  });
}

TEST(Atomic, values_are_sequentially_consistent) {
  // Store buffering: with relaxed orders hardware could give (0, 0); the documentation says that we never do.
  using Outcome = std::pair<int, int>;
  EXPECT_EQ(outcomes_of([] {
              atomic<int> x{0}, y{0};
              Outcome seen;
              thread one([&] {
                x.store(1, std::memory_order_relaxed);
                seen.first = y.load(std::memory_order_relaxed);
              });
              thread two([&] {
                y.store(1, std::memory_order_relaxed);
                seen.second = x.load(std::memory_order_relaxed);
              });
              one.join();
              two.join();
              return seen;
            }),
            (std::set<Outcome>{{0, 1}, {1, 0}, {1, 1}}));
}

TEST(Atomic, records_values_and_orders) {
  const Trace trace = trace_of([] {
    atomic<int> x{5};
    static_cast<void>(x.load(std::memory_order_acquire));
    x.store(-1, std::memory_order_release);
    x.fetch_add(3, std::memory_order_relaxed);
    int expected = 0;
    x.compare_exchange_strong(expected, 9, std::memory_order_acq_rel);
    x.compare_exchange_strong(expected, 9, std::memory_order_acq_rel);
    snag::atomic_thread_fence(std::memory_order_release);
  });
  EXPECT_EQ(trace.objects.at(0).kind, ObjectKind::atomic);
  EXPECT_EQ(trace.objects.at(0).value, ValueKind::signed_integer);
  const auto expect = [](const Event& event, MemoryOrder order, int before, int after) {
    EXPECT_EQ(event.operation.order, order);
    EXPECT_EQ(static_cast<std::int64_t>(event.before), before);
    EXPECT_EQ(static_cast<std::int64_t>(event.after), after);
  };
  expect(events_of(trace, OperationKind::load).at(0), MemoryOrder::acquire, 5, 5);
  expect(events_of(trace, OperationKind::store).at(0), MemoryOrder::release, 5, -1);
  expect(events_of(trace, OperationKind::read_modify_write).at(0), MemoryOrder::relaxed, -1, 2);
  const std::vector<Event> exchanges = events_of(trace, OperationKind::compare_exchange);
  ASSERT_EQ(exchanges.size(), 2U);
  expect(exchanges[0], MemoryOrder::acq_rel, 2, 2);
  EXPECT_FALSE(exchanges[0].success);
  EXPECT_EQ(exchanges[0].operation.order_failure, MemoryOrder::acquire) << "as the standard derives it";
  expect(exchanges[1], MemoryOrder::acq_rel, 2, 9);
  EXPECT_TRUE(exchanges[1].success);
  EXPECT_EQ(events_of(trace, OperationKind::fence).at(0).operation.order, MemoryOrder::release);
}

// snag's name for a type of atomics stands for the same type of value as the standard's.
template <class Ours, class Standards>
concept SameValue = std::same_as<Ours, atomic<typename Standards::value_type>>;

static_assert(SameValue<atomic_bool, std::atomic_bool> && SameValue<atomic_char, std::atomic_char> &&
              SameValue<atomic_schar, std::atomic_schar> && SameValue<atomic_uchar, std::atomic_uchar> &&
              SameValue<atomic_short, std::atomic_short> && SameValue<atomic_ushort, std::atomic_ushort> &&
              SameValue<atomic_int, std::atomic_int> && SameValue<atomic_uint, std::atomic_uint> &&
              SameValue<atomic_long, std::atomic_long> && SameValue<atomic_ulong, std::atomic_ulong> &&
              SameValue<atomic_llong, std::atomic_llong> && SameValue<atomic_ullong, std::atomic_ullong> &&
              SameValue<atomic_char8_t, std::atomic_char8_t> && SameValue<atomic_char16_t, std::atomic_char16_t> &&
              SameValue<atomic_char32_t, std::atomic_char32_t> && SameValue<atomic_wchar_t, std::atomic_wchar_t>);
static_assert(SameValue<atomic_int8_t, std::atomic_int8_t> && SameValue<atomic_uint8_t, std::atomic_uint8_t> &&
              SameValue<atomic_int16_t, std::atomic_int16_t> && SameValue<atomic_uint16_t, std::atomic_uint16_t> &&
              SameValue<atomic_int32_t, std::atomic_int32_t> && SameValue<atomic_uint32_t, std::atomic_uint32_t> &&
              SameValue<atomic_int64_t, std::atomic_int64_t> && SameValue<atomic_uint64_t, std::atomic_uint64_t>);
static_assert(SameValue<atomic_int_least8_t, std::atomic_int_least8_t> &&
              SameValue<atomic_uint_least8_t, std::atomic_uint_least8_t> &&
              SameValue<atomic_int_least16_t, std::atomic_int_least16_t> &&
              SameValue<atomic_uint_least16_t, std::atomic_uint_least16_t> &&
              SameValue<atomic_int_least32_t, std::atomic_int_least32_t> &&
              SameValue<atomic_uint_least32_t, std::atomic_uint_least32_t> &&
              SameValue<atomic_int_least64_t, std::atomic_int_least64_t> &&
              SameValue<atomic_uint_least64_t, std::atomic_uint_least64_t> &&
              SameValue<atomic_int_fast8_t, std::atomic_int_fast8_t> &&
              SameValue<atomic_uint_fast8_t, std::atomic_uint_fast8_t> &&
              SameValue<atomic_int_fast16_t, std::atomic_int_fast16_t> &&
              SameValue<atomic_uint_fast16_t, std::atomic_uint_fast16_t> &&
              SameValue<atomic_int_fast32_t, std::atomic_int_fast32_t> &&
              SameValue<atomic_uint_fast32_t, std::atomic_uint_fast32_t> &&
              SameValue<atomic_int_fast64_t, std::atomic_int_fast64_t> &&
              SameValue<atomic_uint_fast64_t, std::atomic_uint_fast64_t>);
static_assert(SameValue<atomic_intptr_t, std::atomic_intptr_t> && SameValue<atomic_uintptr_t, std::atomic_uintptr_t> &&
              SameValue<atomic_size_t, std::atomic_size_t> && SameValue<atomic_ptrdiff_t, std::atomic_ptrdiff_t> &&
              SameValue<atomic_intmax_t, std::atomic_intmax_t> && SameValue<atomic_uintmax_t, std::atomic_uintmax_t>);

TEST(Atomic, has_the_names_that_the_standard_gives_it) {
  // The types of value are compared above. Which integers the lock-free ones hold is the implementation's to choose.
  EXPECT_TRUE(atomic_signed_lock_free::is_always_lock_free &&
              std::signed_integral<atomic_signed_lock_free::value_type>);
  EXPECT_TRUE(atomic_unsigned_lock_free::is_always_lock_free &&
              std::unsigned_integral<atomic_unsigned_lock_free::value_type>);
  EXPECT_TRUE((std::same_as<atomic<int*>::difference_type, std::atomic<int*>::difference_type>));
  EXPECT_TRUE((std::same_as<atomic<int>::difference_type, std::atomic<int>::difference_type>));
  EXPECT_FALSE((atomic<std::array<std::uint64_t, 4>>::is_always_lock_free));
  EXPECT_TRUE(holds_under_every_schedule([] { check(atomic<int>().is_lock_free(), "asked of an object"); }));
}

TEST(Atomic, says_how_each_kind_of_value_is_shown) {
  const Trace trace = trace_of([] {
    const atomic<bool> boolean;
    const atomic<char> character;
    const atomic<unsigned> number;
    const atomic<float> single;
    const atomic<double> real;
    const atomic<int*> pointer;
    const atomic<Colour> colour;
    const atomic<Point> point(Point{});
    static_cast<void>(boolean.load());
  });
  std::vector<ValueKind> kinds;
  for (const ObjectInfo& object : trace.objects) kinds.push_back(object.value);
  EXPECT_EQ(kinds, (std::vector<ValueKind>{ValueKind::boolean, ValueKind::character, ValueKind::unsigned_integer,
                                           ValueKind::real32, ValueKind::real64, ValueKind::pointer,
                                           ValueKind::unsigned_integer, ValueKind::opaque}));
}

}  // namespace
}  // namespace snag
