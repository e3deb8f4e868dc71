// The table of rivals and the Gantt chart: whole reports, compared with approved texts, and the chart's scale.
#include "harness/report/gantt.h"
#include "harness/report/failure.h"
#include "tests/report/approval.h"
#include "tests/report/narrative_builder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace snag::testing {
namespace {

using State = Slice::State;

constexpr std::uint64_t ms = 1'000'000;

std::string report(const Finding& finding, const NarrativeBuilder& builder) {
  return format_failure({finding, builder.narrative(), "office/broken", "snag replay 1:office/broken::1abc2d:3f9a2b1c",
                         "execution 1 of 2,000"},
                        Style::plain);
}

void set_priority(NarrativeBuilder& builder, ThreadIndex thread, std::uint64_t priority) {
  builder.done(0, {.kind = OperationKind::set_priority, .target = thread, .argument = priority}, "driver.cpp", 9);
}

Step work(NarrativeBuilder& builder, ThreadIndex thread, std::uint64_t from, std::uint64_t to) {
  return builder.done(thread, {.kind = OperationKind::work, .argument = to - from}, "interface.h", 20, {from, to});
}

// Two counters keep the report's writer from the processor.
struct Office {
  NarrativeBuilder builder;
  Finding finding;

  Office() {
    const ThreadIndex first = builder.spawn(10, "counter 1");
    set_priority(builder, first, 2);
    const ThreadIndex second = builder.spawn(10, "counter 2");
    set_priority(builder, second, 1);
    const ThreadIndex low = builder.spawn(12, "report");
    finding.timeline.push_back({State::waits, 0, 0, 66 * ms});
    std::vector<Slice> second_slices, low_slices;
    Step one = 0, two = 0;
    for (std::uint64_t at = 0; at < 60 * ms; at += 12 * ms) {
      const Step step = work(builder, first, at, at + 6 * ms);
      const Step other = work(builder, second, at + 6 * ms, at + 12 * ms);
      if (at == 0) one = step, two = other;
      finding.timeline.push_back({State::runs, first, at, at + 6 * ms});
      finding.timeline.push_back({State::waits, first, at + 6 * ms, at + 12 * ms});
      second_slices.push_back({State::ready, second, at, at + 6 * ms});
      second_slices.push_back({State::runs, second, at + 6 * ms, at + 12 * ms});
    }
    const Step last = work(builder, low, 60 * ms, 66 * ms);
    low_slices = {{State::ready, low, 0, 60 * ms}, {State::runs, low, 60 * ms, 66 * ms}};
    finding.timeline.insert(finding.timeline.end(), second_slices.begin(), second_slices.end());
    finding.timeline.insert(finding.timeline.end(), low_slices.begin(), low_slices.end());
    finding.checker = "starvation";
    finding.step = last;
    finding.threads = {low, first, second};
    finding.steps = {one, two, last};
    finding.rivals = {{first, 5, 30 * ms}, {second, 5, 30 * ms}};
    finding.sentence << ThreadRef{low} << " of priority 0 was ready for 60ms, from 0ns to 60ms, and did not get the "
                     << "processor (it counts as starved after 50ms)";
    finding.hint = "Let waiting make a thread more urgent (aging).";
  }
};

TEST(StarvationReport, has_the_table_and_the_chart_of_who_ran_instead) {
  const Office office;
  EXPECT_TRUE(approved("starvation.txt", report(office.finding, office.builder)));
}

TEST(StarvationReport, of_grants_has_a_table_without_times_and_no_chart) {
  NarrativeBuilder builder;
  const ObjectIndex page = builder.object(ObjectKind::shared_mutex, "page lock");
  for (int i = 0; i < 3; ++i) builder.spawn(10);
  Finding finding;
  finding.checker = "starvation";
  const Operation reads{.kind = OperationKind::lock_shared, .object = page};
  const Operation leaves{.kind = OperationKind::unlock_shared, .object = page};
  builder.done(1, reads, "broken.cpp", 20);
  const Step asked = builder.waits(3, {.kind = OperationKind::lock, .object = page}, "broken.cpp", 30);
  const Step two = builder.done(2, reads, "broken.cpp", 20);
  builder.done(1, leaves, "broken.cpp", 22);
  const Step one = builder.done(1, reads, "broken.cpp", 20);
  finding.step = one;
  finding.threads = {3, 2, 1};
  finding.objects = {page};
  finding.steps = {asked, two, one};
  finding.rivals = {{2, 1'200}, {1, 1}};
  finding.relations = {{Relation::Kind::wants, 3, page, no_thread, asked}};
  finding.sentence << ThreadRef{3} << " waits at " << PlaceRef{asked} << " for " << ObjectRef{page};
  EXPECT_TRUE(approved("overtaken.txt", report(finding, builder)));
}

TEST(Gantt, is_empty_without_a_timeline) {
  const Office office;
  Finding finding;
  EXPECT_EQ(format_gantt(finding, office.builder.narrative()), "");
  EXPECT_EQ(format_rivals(finding, office.builder.narrative()), "");
}

TEST(Gantt, fits_whatever_the_times_and_names_are) {
  NarrativeBuilder builder;
  builder.spawn(7, "a name that is longer than any that anybody should have to read in a chart");
  builder.spawn(8);
  for (std::uint64_t to = 1; to < 4'000'000'000'000; to = to * 3 + 1) {
    Finding finding;
    finding.timeline = {{State::runs, 1, 0, to / 2 + 1}, {State::ready, 2, 0, to / 2 + 1}};
    if (to > 1) finding.timeline.push_back({State::runs, 2, to / 2 + 1, to});
    for (const std::string& line : lines_of(format_gantt(finding, builder.narrative())))
      EXPECT_LE(line.size(), chart_width_max) << line;
  }
}

TEST(Gantt, shows_in_each_column_what_took_most_of_it) {
  NarrativeBuilder builder;
  builder.spawn(7);
  Finding finding;
  // 1,000 units in columns of 20.
  finding.timeline = {{State::runs, 1, 0, 9}, {State::ready, 1, 9, 20}, {State::waits, 1, 20, 1000}};
  const std::vector<std::string> lines = lines_of(format_gantt(finding, builder.narrative()));
  ASSERT_FALSE(lines.empty());
  EXPECT_NE(lines.front().find("one column is 20ns"), std::string::npos) << lines.front();
  EXPECT_EQ(lines.back(), "  T1  -" + std::string(49, '.'));
}

TEST(Gantt, leaves_the_time_before_the_beginning_and_after_the_end_blank) {
  NarrativeBuilder builder;
  builder.spawn(7);
  builder.spawn(8);
  Finding finding;
  finding.timeline = {{State::runs, 1, 2, 4}, {State::runs, 2, 4, 8}};
  const std::vector<std::string> lines = lines_of(format_gantt(finding, builder.narrative()));
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines[lines.size() - 2], "  T1    ##");
  EXPECT_EQ(lines.back(), "  T2      ####");
}

}  // namespace
}  // namespace snag::testing
