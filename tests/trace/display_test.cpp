// What people see of threads, objects, values and operations.
#include "harness/trace/trace.h"

#include "harness/trace/lasting_names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace snag {
namespace {

ThreadInfo child(ThreadIndex parent, std::uint32_t nth, std::string name = {}) {
  return {parent, nth, std::move(name)};
}

ObjectInfo object(ObjectKind kind, ThreadIndex creator, std::uint32_t nth, std::string name = {}) {
  ObjectInfo info;
  info.kind = kind;
  info.creator = creator;
  info.nth = nth;
  info.name = std::move(name);
  return info;
}

TEST(DisplayedThread, is_its_number_with_its_name_if_it_has_one) {
  Trace trace;
  trace.threads = {child(no_thread, 0), child(0, 0, "teller")};
  EXPECT_EQ(display_name(trace, ThreadIndex{0}), "T0");
  EXPECT_EQ(display_name(trace, ThreadIndex{1}), "T1 (teller)");
}

TEST(DisplayedObject, is_the_name_that_the_program_gave) {
  Trace trace;
  trace.threads = {child(no_thread, 0)};
  trace.objects = {object(ObjectKind::mutex, 0, 0, "left fork"), object(ObjectKind::mutex, 0, 1)};
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "left fork");
  EXPECT_EQ(display_name(trace, ObjectIndex{1}), "mutex#2");
}

TEST(DisplayedObject, is_its_label_where_it_has_no_name_and_lasts_without_it) {
  Trace trace;
  trace.threads = {child(no_thread, 0)};
  trace.objects = {object(ObjectKind::mutex, 0, 0, "left fork"), object(ObjectKind::mutex, 0, 1),
                   object(ObjectKind::mutex, 0, 2)};
  trace.labels = {"", "lock in main"};
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "left fork");
  EXPECT_EQ(display_name(trace, ObjectIndex{1}), "lock in main");
  EXPECT_EQ(display_name(trace, ObjectIndex{2}), "mutex#3");
  EXPECT_EQ(lasting_name(trace, ObjectIndex{0}), "left fork");
  EXPECT_EQ(lasting_name(trace, ObjectIndex{1}), "mutex#2");
}

TEST(DisplayedObject, has_the_same_name_among_all_and_alone) {
  Trace trace;  // T1 is the second child of T0, T2 the first, T3 is T1's
  trace.threads = {child(no_thread, 0), child(0, 1), child(0, 0), child(1, 0)};
  for (std::uint32_t i = 0; i < 40; ++i)
    trace.objects.push_back(object(i % 3 == 0 ? ObjectKind::mutex : ObjectKind::variable,
                                   static_cast<ThreadIndex>(i * 7 % 4), 40 - i, i % 5 == 0 ? "named" : ""));
  const std::vector<std::string> names = lasting_names(trace);
  ASSERT_EQ(names.size(), trace.objects.size());
  for (ObjectIndex i = 0; i < names.size(); ++i) EXPECT_EQ(names[i], lasting_name(trace, i)) << i;
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 33U) << "all but the named ones differ";
}

TEST(DisplayedObject, is_numbered_within_its_kind) {
  Trace trace;
  trace.threads = {child(no_thread, 0)};
  trace.objects = {object(ObjectKind::mutex, 0, 0), object(ObjectKind::variable, 0, 1),
                   object(ObjectKind::mutex, 0, 2)};
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "mutex#1");
  EXPECT_EQ(display_name(trace, ObjectIndex{1}), "variable#1");
  EXPECT_EQ(display_name(trace, ObjectIndex{2}), "mutex#2");
}

TEST(DisplayedObject, has_the_same_number_whatever_the_schedule) {
  // Two children of T0, then one mutex each and one of T0's; in the second run the other child was first everywhere.
  Trace first;
  first.threads = {child(no_thread, 0), child(0, 0), child(0, 1)};
  first.objects = {object(ObjectKind::mutex, 1, 0), object(ObjectKind::mutex, 2, 0), object(ObjectKind::mutex, 0, 0)};
  Trace second;
  second.threads = {child(no_thread, 0), child(0, 0), child(0, 1)};
  second.objects = {object(ObjectKind::mutex, 0, 0), object(ObjectKind::mutex, 2, 0), object(ObjectKind::mutex, 1, 0)};
  EXPECT_EQ(display_name(first, ObjectIndex{2}), "mutex#1");
  EXPECT_EQ(display_name(second, ObjectIndex{0}), "mutex#1");
  EXPECT_EQ(display_name(first, ObjectIndex{0}), "mutex#2");
  EXPECT_EQ(display_name(second, ObjectIndex{2}), "mutex#2");
  EXPECT_EQ(display_name(first, ObjectIndex{1}), "mutex#3");
  EXPECT_EQ(display_name(second, ObjectIndex{1}), "mutex#3");
}

TEST(DisplayedObject, follows_the_path_of_its_creator_and_not_its_index) {
  // T2 is the child of T0's first child; T1 is T0's second child. The grandchild's object comes first.
  Trace trace;
  trace.threads = {child(no_thread, 0), child(0, 1), child(3, 0), child(0, 0)};
  trace.objects = {object(ObjectKind::latch, 1, 0), object(ObjectKind::latch, 2, 0)};
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "latch#2");
  EXPECT_EQ(display_name(trace, ObjectIndex{1}), "latch#1");
}

TEST(DisplayedObject, of_a_grandchild_follows_the_elder_branch_first) {
  // T3 is the second child of the first child, T4 the first child of the second.
  Trace trace;
  trace.threads = {child(no_thread, 0), child(0, 0), child(0, 1), child(1, 1), child(2, 0)};
  trace.objects = {object(ObjectKind::barrier, 4, 0), object(ObjectKind::barrier, 3, 0)};
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "barrier#2");
  EXPECT_EQ(display_name(trace, ObjectIndex{1}), "barrier#1");
}

TEST(DisplayedValue, is_signed_or_unsigned) {
  EXPECT_EQ(display_value(ValueKind::signed_integer, static_cast<std::uint64_t>(-5)), "-5");
  EXPECT_EQ(display_value(ValueKind::unsigned_integer, ~std::uint64_t{0}), "18446744073709551615");
}

TEST(DisplayedValue, of_a_boolean_and_a_pointer_is_a_word) {
  EXPECT_EQ(display_value(ValueKind::boolean, 1), "true");
  EXPECT_EQ(display_value(ValueKind::boolean, 0), "false");
  EXPECT_EQ(display_value(ValueKind::pointer, 0), "nullptr");
  EXPECT_EQ(display_value(ValueKind::pointer, 0x1234), "pointer");
}

TEST(DisplayedValue, of_a_character_is_quoted_and_escaped) {
  EXPECT_EQ(display_value(ValueKind::character, 'x'), "'x'");
  EXPECT_EQ(display_value(ValueKind::character, '\n'), "'\\n'");
  EXPECT_EQ(display_value(ValueKind::character, '\''), "'\\''");
  EXPECT_EQ(display_value(ValueKind::character, 0x01), "'\\x01'");
  EXPECT_EQ(display_value(ValueKind::character, static_cast<std::uint64_t>(std::int64_t{-1})), "'\\xff'");
  EXPECT_EQ(display_value(ValueKind::character, 0x20ac), "'\\u20ac'");
}

TEST(DisplayedValue, of_a_real_number_is_the_shortest_that_tells_it) {
  EXPECT_EQ(display_value(ValueKind::real32, std::bit_cast<std::uint32_t>(0.1F)), "0.1");
  EXPECT_EQ(display_value(ValueKind::real64, std::bit_cast<std::uint64_t>(-2.5)), "-2.5");
}

TEST(DisplayedValue, of_anything_else_is_a_short_mark) {
  EXPECT_EQ(display_value(ValueKind::opaque, 0x3fa2), "#3fa2");
  EXPECT_EQ(display_value(ValueKind::opaque, 0x0001'0000'0000'0002), "#0003");
  EXPECT_EQ(display_value(ValueKind::none, 7), "");
}

class DisplayedOperation : public testing::Test {
 protected:
  std::string show(OperationKind kind, ObjectIndex which = no_object) const {
    return shown({.kind = kind, .object = which});
  }
  std::string shown(const Operation& operation) const { return display_operation(trace, operation); }

  Trace trace = {.events = {},
                 .threads = {child(no_thread, 0), child(0, 0), child(0, 1, "teller")},
                 .objects = {object(ObjectKind::mutex, 0, 0), object(ObjectKind::variable, 0, 1, "count"),
                             object(ObjectKind::atomic, 0, 2, "flag"),
                             object(ObjectKind::condition_variable, 0, 3, "cv"), object(ObjectKind::semaphore, 0, 4)},
                 .texts = {"the sum is 10"},
                 .awaits = {},
                 .lulls = {}};
  const ObjectIndex mutex = 0, count = 1, flag = 2, cv = 3, semaphore = 4;
};

TEST_F(DisplayedOperation, says_what_is_done_to_which_object) {
  EXPECT_EQ(show(OperationKind::lock, mutex), "lock mutex#1");
  EXPECT_EQ(show(OperationKind::unlock, mutex), "unlock mutex#1");
  EXPECT_EQ(show(OperationKind::read, count), "read count");
  EXPECT_EQ(show(OperationKind::write, count), "write count");
  EXPECT_EQ(show(OperationKind::notify_one, cv), "notify_one cv");
  EXPECT_EQ(show(OperationKind::yield), "yield");
}

TEST_F(DisplayedOperation, names_threads_by_number) {
  EXPECT_EQ(shown({.kind = OperationKind::spawn, .target = 1}), "spawn T1");
  EXPECT_EQ(shown({.kind = OperationKind::join, .target = 2}), "join T2");
  EXPECT_EQ(shown({.kind = OperationKind::join}), "join all threads");
}

TEST_F(DisplayedOperation, names_both_objects_of_a_wait) {
  EXPECT_EQ(shown({.kind = OperationKind::wait, .object = cv, .second = mutex}), "wait cv (releases mutex#1)");
  EXPECT_EQ(shown({.kind = OperationKind::reacquire, .object = mutex, .second = cv}), "wake from cv (locks mutex#1)");
}

TEST_F(DisplayedOperation, shows_memory_orders_other_than_sequentially_consistent) {
  EXPECT_EQ(show(OperationKind::store, flag), "store flag");
  EXPECT_EQ(shown({.kind = OperationKind::store, .order = MemoryOrder::release, .object = flag}),
            "store flag (release)");
  EXPECT_EQ(shown({.kind = OperationKind::load, .order = MemoryOrder::relaxed, .object = flag}), "load flag (relaxed)");
  EXPECT_EQ(shown({.kind = OperationKind::fence, .order = MemoryOrder::acquire}), "fence (acquire)");
}

TEST_F(DisplayedOperation, shows_the_order_on_failure_where_it_was_given) {
  Operation operation{.kind = OperationKind::compare_exchange, .object = flag};
  EXPECT_EQ(shown(operation), "compare_exchange flag");
  operation.order = MemoryOrder::acq_rel;
  operation.order_failure = MemoryOrder::acquire;
  EXPECT_EQ(shown(operation), "compare_exchange flag (acq_rel)");
  operation.order_failure = MemoryOrder::relaxed;
  EXPECT_EQ(shown(operation), "compare_exchange flag (acq_rel, relaxed on failure)");
}

TEST_F(DisplayedOperation, shows_counts_options_texts_and_times) {
  EXPECT_EQ(shown({.kind = OperationKind::release, .object = semaphore, .argument = 1}), "release semaphore#1");
  EXPECT_EQ(shown({.kind = OperationKind::release, .object = semaphore, .argument = 3}), "release semaphore#1 (3)");
  EXPECT_EQ(shown({.kind = OperationKind::choose, .argument = 3}), "choose(3)");
  EXPECT_EQ(shown({.kind = OperationKind::check, .argument = 0}), "check \"the sum is 10\"");
  EXPECT_EQ(shown({.kind = OperationKind::sleep, .argument = 1'500'000}), "sleep until 1.5ms");
}

TEST_F(DisplayedOperation, has_words_and_a_name_of_its_own_for_every_kind) {
  std::set<std::string> names;
  std::set<std::string> words;
  const auto last = static_cast<int>(OperationKind::program_failed);
  for (int kind = 0; kind <= last; ++kind) {
    names.insert(name_of(static_cast<OperationKind>(kind)));
    words.insert(shown({.kind = static_cast<OperationKind>(kind), .target = 1, .object = mutex, .second = cv}));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last + 1));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(last + 1));
  EXPECT_EQ(names.count("unknown"), 0U);
}

TEST(NamesOfObjectKinds, are_all_different) {
  std::set<std::string> names;
  const auto last = static_cast<int>(ObjectKind::block);
  for (int kind = 0; kind <= last; ++kind) names.insert(name_of(static_cast<ObjectKind>(kind)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last + 1));
}

TEST(NamesOfVerdicts, are_those_of_the_design) {
  EXPECT_STREQ(name_of(Verdict::passed), "passed");
  EXPECT_STREQ(name_of(Verdict::finding), "finding");
  EXPECT_STREQ(name_of(Verdict::deadlock), "deadlock");
  EXPECT_STREQ(name_of(Verdict::crash), "crash");
  EXPECT_STREQ(name_of(Verdict::step_limit), "step limit");
}

}  // namespace
}  // namespace snag
