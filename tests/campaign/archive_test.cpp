// Values on their way from process to process: nothing is lost, and what is cut off is refused.
#include "harness/campaign/archive.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>

namespace snag {

// Not in the anonymous namespace: Clang wants a conversion there to be defined, and this one is never called.
namespace counting_fields {

// Something that anything can be made of: as many as an aggregate takes are its fields.
struct Any {
  template <class Value>
  operator Value() const;
};

}  // namespace counting_fields

namespace {

using counting_fields::Any;

// Draws every field of a value, by the same functions that name the fields for the archive. So a field that the archive
// leaves out is told by the sizes below, and one that it confuses with another by the comparison.
class Drawer {
 public:
  static constexpr bool reads = true;
  template <class... Values>
  void operator()(Values&... values) {
    (draw(values), ...);
  }
  void bytes(void* data, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) static_cast<char*>(data)[i] = *rc::gen::inRange<char>('a', 'z');
  }
  std::size_t left() const { return 1'000; }

 private:
  template <class Value>
  void draw(Value& value) {
    if constexpr (std::is_same_v<Value, bool>)
      value = *rc::gen::arbitrary<bool>();
    else if constexpr (std::is_same_v<Value, std::size_t>)  // also the sizes of lists, and which of alternatives
      value = *rc::gen::inRange<std::size_t>(0, 4);
    else if constexpr (std::is_pointer_v<Value>)
      value = reinterpret_cast<Value>(*rc::gen::arbitrary<std::uintptr_t>());
    else if constexpr (std::is_enum_v<Value>)
      value = static_cast<Value>(*rc::gen::inRange(0, 3));
    else if constexpr (std::is_floating_point_v<Value>)
      value = *rc::gen::inRange(0, 1'000'000) / 7.0;
    else if constexpr (std::is_arithmetic_v<Value>)
      value = *rc::gen::arbitrary<Value>();
    else
      archive::visit(*this, value);
  }
};

template <class Value>
Value drawn() {
  Value value;
  Drawer drawer;
  drawer(value);
  return value;
}

RC_GTEST_PROP(Archive, gives_back_what_was_put_into_it, ()) {
  const auto holds = [](const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    const std::string text = archive::packed(value);
    RC_ASSERT(archive::packed(archive::unpacked<Value>(text)) == text);
  };
  holds(drawn<KeyedBug>());
  holds(drawn<Job>());
  holds(drawn<JobResult>());
}

RC_GTEST_PROP(Archive, keeps_the_fields_apart, ()) {
  const auto bug = drawn<KeyedBug>();
  const auto again = archive::unpacked<KeyedBug>(archive::packed(bug));
  RC_ASSERT(again.key == bug.key);
  RC_ASSERT(again.bug.token.schedule == bug.bug.token.schedule);
  RC_ASSERT(format_token(again.bug.token) == format_token(bug.bug.token));
  RC_ASSERT(again.bug.finding.timeline == bug.bug.finding.timeline);
  RC_ASSERT(again.bug.finding.steps == bug.bug.finding.steps);
  RC_ASSERT(again.bug.finding.sentence.parts().size() == bug.bug.finding.sentence.parts().size());
  RC_ASSERT(again.bug.trace.texts == bug.bug.trace.texts);
  RC_ASSERT(again.bug.trace.lulls == bug.bug.trace.lulls);
  const auto result = drawn<JobResult>();
  const auto result_again = archive::unpacked<JobResult>(archive::packed(result));
  RC_ASSERT(result_again.points == result.points);
  RC_ASSERT(result_again.bound == result.bound);
  RC_ASSERT(result_again.taught == result.taught);
  const bool same_races = result_again.coverage.races == result.coverage.races;
  RC_ASSERT(same_races);
}

RC_GTEST_PROP(Archive, refuses_what_is_cut_off, ()) {
  const std::string text = archive::packed(drawn<KeyedBug>());
  const auto length = *rc::gen::inRange<std::size_t>(0, text.size());
  RC_ASSERT_THROWS_AS(archive::unpacked<KeyedBug>(text.substr(0, length)), std::runtime_error);
  RC_ASSERT_THROWS_AS(archive::unpacked<KeyedBug>(text + "x"), std::runtime_error);
}

// Counts fields that are no structs, in place of writing them.
class Counter {
 public:
  [[maybe_unused]] static constexpr bool reads = false;
  template <class... Values>
  void operator()(Values&... values) {
    count += sizeof...(values);
    (static_cast<void>(values), ...);
  }
  std::size_t count = 0;
};
template <class Value, class... Fields>
constexpr std::size_t fields_of() {
  if constexpr (requires { Value{std::declval<Fields>()..., std::declval<Any>()}; })
    return fields_of<Value, Fields..., Any>();
  else
    return sizeof...(Fields);
}

template <class Value>
void expect_all_fields(const char* name) {
  Value value;
  Counter counter;
  archive::visit(counter, value);
  EXPECT_EQ(counter.count, fields_of<Value>()) << name << " has a field that the archive does not know";
}

TEST(Archive, knows_every_field) {
  expect_all_fields<Operation>("Operation");
  expect_all_fields<Event>("Event");
  expect_all_fields<ThreadInfo>("ThreadInfo");
  expect_all_fields<ObjectInfo>("ObjectInfo");
  expect_all_fields<Await>("Await");
  expect_all_fields<Scheduling>("Scheduling");
  expect_all_fields<Trace>("Trace");
  expect_all_fields<Choice>("Choice");
  expect_all_fields<Token>("Token");
  expect_all_fields<Relation>("Relation");
  expect_all_fields<Rival>("Rival");
  expect_all_fields<Slice>("Slice");
  expect_all_fields<Finding>("Finding");
  expect_all_fields<Bug>("Bug");
  expect_all_fields<KeyedBug>("KeyedBug");
  expect_all_fields<Trial>("Trial");
  expect_all_fields<TrialChange>("TrialChange");
  expect_all_fields<Known>("Known");
  expect_all_fields<CrashNote>("CrashNote");
  expect_all_fields<dpor::PlannedLabel>("PlannedLabel");
  expect_all_fields<dpor::PartStep>("PartStep");
  expect_all_fields<dpor::Part>("Part");
  expect_all_fields<dpor::Plea>("Plea");
  expect_all_fields<dpor::Binding>("Binding");
  expect_all_fields<dpor::PartResult>("PartResult");
  expect_all_fields<dpor::Creation>("Creation");
  expect_all_fields<dpor::NameTable>("NameTable");
  expect_all_fields<Observed>("Observed");
  expect_all_fields<dpor::Task>("Task");
  expect_all_fields<dpor::TaskResult>("TaskResult");
  expect_all_fields<Job>("Job");
  expect_all_fields<Reduction>("Reduction");
  expect_all_fields<JobError>("JobError");
  expect_all_fields<CoverageSample>("CoverageSample");
  expect_all_fields<JobResult>("JobResult");
}

}  // namespace
}  // namespace snag
