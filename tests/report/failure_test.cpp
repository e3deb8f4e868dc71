// Whole failure reports, compared with approved texts, and what must hold of any.
#include "harness/report/failure.h"
#include "harness/report/interleaving.h"
#include "harness/report/sentence.h"
#include "tests/report/approval.h"
#include "tests/report/narrative_builder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace snag::testing {
namespace {

std::string report(const Finding& finding, const NarrativeBuilder& builder, std::string remark = {},
                   Style style = Style::plain) {
  return format_failure({finding, builder.narrative(), "account/broken",
                         "snag replay 1:account/broken::1abc2d:3f9a2b1c", std::move(remark)},
                        style);
}

Finding lost_update(ObjectIndex object, Step read, Step change, Step write) {
  Finding finding;
  finding.checker = "lost-update";
  finding.threads = {2, 1};
  finding.objects = {object};
  finding.steps = {read, change, write};
  finding.sentence << ThreadRef{2} << " overwrote " << ObjectRef{object} << " = " << ValueRef{object, 150} << ", which "
                   << ThreadRef{1} << " had written at " << PlaceRef{change} << ", with " << ValueRef{object, 120}
                   << " at " << PlaceRef{write} << ", computed from the " << ValueRef{object, 100}
                   << " that it had read before at " << PlaceRef{read};
  finding.hint << "Make reading and writing " << ObjectRef{object} << " one step: keep one lock over both.";
  return finding;
}

TEST(FailureReport, of_a_lost_update_between_two_threads) {
  NarrativeBuilder builder;
  const ObjectIndex balance = builder.variable("balance");
  builder.spawn(7);
  builder.spawn(8);
  const Step read = builder.read(2, balance, 100, 12);
  builder.read(1, balance, 100, 12);
  const Step change = builder.write(1, balance, 100, 150, 13);
  builder.waits(0, {.kind = OperationKind::join, .target = 1}, "driver.cpp", 9);
  builder.end(1);
  const Step write = builder.write(2, balance, 150, 120, 13);
  builder.end(2);
  builder.done(0, {.kind = OperationKind::join, .target = 1}, "driver.cpp", 9);
  builder.done(0, {.kind = OperationKind::join, .target = 2}, "driver.cpp", 10);
  builder.read(0, balance, 120, 20);
  builder.done(0, {.kind = OperationKind::check, .argument = builder.text("no money is lost")}, "driver.cpp", 11,
               {0, 0, false});
  const Finding finding = lost_update(balance, read, change, write);
  EXPECT_TRUE(approved("lost_update.txt", report(finding, builder, "execution 17 of 2,000")));
  EXPECT_TRUE(approved("lost_update_terminal.txt", report(finding, builder, {}, Style::terminal)));
}

TEST(FailureReport, of_a_wait_cycle_of_three_philosophers) {
  NarrativeBuilder builder;
  std::vector<ObjectIndex> forks;
  for (int i = 1; i <= 3; ++i) forks.push_back(builder.object(ObjectKind::mutex, "fork " + std::to_string(i)));
  for (int i = 1; i <= 3; ++i) builder.spawn(10 + i, "philosopher " + std::to_string(i));
  std::vector<Step> taken, waited;
  for (ThreadIndex i = 0; i < 3; ++i) taken.push_back(builder.lock(static_cast<ThreadIndex>(i + 1), forks[i], 8));
  for (ThreadIndex i = 0; i < 3; ++i)
    waited.push_back(builder.waits_for_lock(static_cast<ThreadIndex>(i + 1), forks[(i + 1U) % 3], 9));
  Finding finding;
  finding.checker = "wait-cycle";
  for (ThreadIndex i = 0; i < 3; ++i) {
    const auto thread = static_cast<ThreadIndex>(i + 1);
    const auto next = static_cast<ThreadIndex>((i + 1) % 3 + 1);
    const std::size_t fork = (i + 1U) % 3;
    if (i > 0) finding.sentence << "; ";
    finding.sentence << ThreadRef{thread} << " waits at " << PlaceRef{waited[i]} << " for " << ObjectRef{forks[fork]}
                     << ", which " << ThreadRef{next} << " has held since " << PlaceRef{taken[fork]};
    finding.relations.push_back({Relation::Kind::holds, next, forks[fork], no_thread, taken[fork]});
    finding.relations.push_back({Relation::Kind::wants, thread, forks[fork], no_thread, waited[i]});
    finding.steps.push_back(taken[fork]);
    finding.steps.push_back(waited[i]);
  }
  finding.hint = "Let every thread take these locks in the same order, or all at once (std::scoped_lock).";
  EXPECT_TRUE(approved("wait_cycle.txt", report(finding, builder)));
}

TEST(FailureReport, of_a_lost_wakeup) {
  NarrativeBuilder builder;
  const ObjectIndex mutex = builder.object(ObjectKind::mutex);
  const ObjectIndex ready = builder.object(ObjectKind::condition_variable, "ready");
  builder.spawn(5);
  const Step notify = builder.done(0, {.kind = OperationKind::notify_one, .object = ready}, "broken.cpp", 31);
  builder.waits(0, {.kind = OperationKind::join, .target = 1}, "driver.cpp", 7);
  builder.lock(1, mutex, 17);
  const Step wait = builder.done(1, {.kind = OperationKind::wait, .object = ready, .second = mutex}, "broken.cpp", 18);
  builder.waits(1, {.kind = OperationKind::reacquire, .object = mutex, .second = ready}, "broken.cpp", 18);
  Finding finding;
  finding.checker = "lost-wakeup";
  finding.sentence << ThreadRef{0} << "'s notify_one at " << PlaceRef{notify} << " came before " << ThreadRef{1}
                   << "'s wait on " << ObjectRef{ready} << " at " << PlaceRef{wait}
                   << ": nobody was waiting then, and nobody notifies again";
  finding.hint = "A notify is not remembered. Keep what it announces in a variable, and wait with a predicate.";
  finding.steps = {notify, wait};
  finding.relations = {{Relation::Kind::wants, 1, ready, no_thread, wait}};
  EXPECT_TRUE(approved("lost_wakeup.txt", report(finding, builder)));
}

TEST(FailureReport, folds_a_long_run_of_one_thread_but_not_what_matters) {
  NarrativeBuilder builder;
  const ObjectIndex balance = builder.variable("balance");
  const ObjectIndex log = builder.variable("log entries");
  builder.spawn(7);
  builder.spawn(8);
  const Step read = builder.read(2, balance, 100, 12);
  for (std::uint64_t i = 0; i < 10; ++i) builder.write(1, log, i, i + 1, 30);
  const Step change = builder.write(1, balance, 100, 150, 13);
  for (std::uint64_t i = 10; i < 20; ++i) builder.write(1, log, i, i + 1, 30);
  const Step write = builder.write(2, balance, 150, 120, 13);
  const std::string text = report(lost_update(balance, read, change, write), builder);
  EXPECT_TRUE(approved("folded.txt", text));
}

TEST(FailureReport, of_many_threads_is_a_staircase) {
  NarrativeBuilder builder;
  const ObjectIndex balance = builder.variable("balance of the account");
  for (int i = 1; i <= 9; ++i) builder.spawn(7);
  Step read = 0, change = 0, write = 0;
  for (ThreadIndex thread = 1; thread <= 9; ++thread) {
    const Step step = builder.read(thread, balance, 100, 12);
    if (thread == 2) read = step;
  }
  for (ThreadIndex thread = 1; thread <= 9; ++thread) {
    const Step step = builder.write(thread, balance, thread == 1 ? 100 : 150, thread == 1 ? 150 : 120, 13);
    (thread == 1 ? change : thread == 2 ? write : read) = thread <= 2 ? step : read;
  }
  EXPECT_TRUE(approved("many_threads.txt", report(lost_update(balance, read, change, write), builder)));
}

TEST(FailureReport, narrows_and_wraps_columns_of_four_threads) {
  NarrativeBuilder builder;
  const ObjectIndex queue = builder.object(ObjectKind::condition_variable, "the queue has room again");
  const ObjectIndex mutex = builder.object(ObjectKind::mutex, "the queue's own mutex");
  for (int i = 1; i <= 4; ++i) builder.spawn(20 + i);
  Finding finding;
  finding.checker = "deadlock";
  for (ThreadIndex thread = 1; thread <= 4; ++thread) {
    builder.lock(thread, mutex, 40);
    const Step wait =
        builder.done(thread, {.kind = OperationKind::wait, .object = queue, .second = mutex}, "broken.cpp", 41);
    builder.waits(thread, {.kind = OperationKind::reacquire, .object = mutex, .second = queue}, "broken.cpp", 41);
    finding.relations.push_back({Relation::Kind::wants, thread, queue, no_thread, wait});
    finding.steps.push_back(wait);
  }
  finding.sentence = "No thread can go on";
  EXPECT_TRUE(approved("four_threads.txt", report(finding, builder)));
}

TEST(FailureReport, is_never_wider_than_promised_except_for_the_line_to_paste) {
  NarrativeBuilder builder;
  const ObjectIndex balance = builder.variable("a_balance_with_a_name_that_never_ends_and_never_ends_and_never_ends");
  builder.set_folder("/home/ann/");
  for (int i = 1; i <= 4; ++i) builder.spawn(7, "a thread with a long name too");
  const Step read = builder.read(2, balance, 100, 12);
  const Step change = builder.write(1, balance, 100, 150, 13);
  const Step write = builder.write(2, balance, 150, 120, 13);
  builder.read(4, balance, 120, 99);
  builder.read(3, balance, 120, 99);
  for (const std::string& line : lines_of(report(lost_update(balance, read, change, write), builder)))
    EXPECT_LE(width_of(line), width_max) << line;
}

TEST(FailureReport, draws_a_ring_of_one_and_a_chain_without_end) {
  NarrativeBuilder builder;
  const ObjectIndex mutex = builder.object(ObjectKind::mutex, "m");
  builder.spawn(3);
  const Step taken = builder.lock(1, mutex, 5);
  const Step waited = builder.waits_for_lock(1, mutex, 6);
  const Step joined = builder.waits(0, {.kind = OperationKind::join, .target = 1}, "driver.cpp", 4);
  Finding self;
  self.checker = "wait-cycle";
  self.relations = {{Relation::Kind::holds, 1, mutex, no_thread, taken},
                    {Relation::Kind::wants, 1, mutex, no_thread, waited}};
  EXPECT_TRUE(approved("ring_of_one.txt", report(self, builder)));
  Finding chain;
  chain.checker = "deadlock";
  chain.relations = {{Relation::Kind::joins, 0, no_object, 1, joined},
                     {Relation::Kind::wants, 1, mutex, no_thread, waited}};
  EXPECT_TRUE(approved("chain.txt", report(chain, builder)));
}

TEST(FailureReport, of_a_reader_behind_a_writer_that_waits_for_it) {
  NarrativeBuilder builder;
  const ObjectIndex table = builder.object(ObjectKind::shared_mutex, "table");
  builder.spawn(5);
  builder.spawn(6);
  builder.spawn(7);
  const Step shared = builder.done(1, {.kind = OperationKind::lock_shared, .object = table}, "broken.cpp", 11);
  builder.done(3, {.kind = OperationKind::lock_shared, .object = table}, "broken.cpp", 11);
  const Step lined_up = builder.done(2, {.kind = OperationKind::line_up, .object = table}, "broken.cpp", 20);
  const Step writes = builder.waits(2, {.kind = OperationKind::lock, .object = table}, "broken.cpp", 20);
  builder.done(3, {.kind = OperationKind::unlock_shared, .object = table}, "broken.cpp", 13);
  const Step reads = builder.waits(1, {.kind = OperationKind::lock_shared, .object = table}, "broken.cpp", 12);
  Finding finding;
  finding.checker = "wait-cycle";
  finding.sentence << ThreadRef{1} << " waits at " << PlaceRef{reads} << " to share " << ObjectRef{table} << " behind "
                   << ThreadRef{2} << ", which has waited to lock it since " << PlaceRef{lined_up};
  finding.hint = "A waiting writer holds readers back, so who has a share must not ask for another one.";
  finding.steps = {lined_up, reads, shared, writes};
  finding.relations = {{Relation::Kind::wants, 1, table, 2, reads},
                       {Relation::Kind::holds, 1, table, no_thread, shared},
                       {Relation::Kind::wants, 2, table, no_thread, writes}};
  EXPECT_TRUE(approved("reader_behind_writer.txt", report(finding, builder)));
}

TEST(FailureReport, of_tasks_that_wait_for_each_others_results) {
  NarrativeBuilder builder;
  const ObjectIndex price = builder.object(ObjectKind::future, "price");
  const ObjectIndex offer = builder.object(ObjectKind::future, "offer");
  const ObjectIndex log = builder.object(ObjectKind::future, "log");
  builder.spawn(5);
  builder.spawn(6);
  builder.done(0, {.kind = OperationKind::set_result, .object = log}, "broken.cpp", 7, {0, 3});
  builder.done(0, {.kind = OperationKind::set_result, .object = log}, "broken.cpp", 8, {0, 0, false});
  builder.done(2, {.kind = OperationKind::future_try_wait, .target = 1, .object = price}, "broken.cpp", 20,
               {0, 0, false});
  const Step one =
      builder.waits(1, {.kind = OperationKind::future_wait, .target = 2, .object = offer}, "broken.cpp", 11);
  const Step two =
      builder.waits(2, {.kind = OperationKind::future_wait, .target = 1, .object = price}, "broken.cpp", 21);
  Finding finding;
  finding.checker = "wait-cycle";
  finding.sentence << ThreadRef{1} << " waits at " << PlaceRef{one} << " for the result of " << ObjectRef{offer}
                   << ", which " << ThreadRef{2} << " computes";
  finding.hint = "Let results flow one way only.";
  finding.steps = {one, two};
  finding.relations = {{Relation::Kind::wants, 1, offer, 2, one}, {Relation::Kind::wants, 2, price, 1, two}};
  EXPECT_TRUE(approved("futures.txt", report(finding, builder)));
}

TEST(FailureReport, says_when_a_finding_is_predicted_only) {
  NarrativeBuilder builder;
  Finding finding;
  finding.checker = "lock-order-cycle";
  finding.certainty = Certainty::predicted;
  finding.sentence = "the order differs";
  const std::string text = report(finding, builder, "200 directed executions");
  EXPECT_EQ(lines_of(text)[0],
            "lock-order-cycle in account/broken  (predicted, not confirmed, 200 directed executions)");
  EXPECT_EQ(lines_of(text)[2], "  The order differs.");
}

TEST(FailureReport, shows_control_characters_of_the_program_visibly) {
  NarrativeBuilder builder;
  Finding finding;
  finding.checker = "failed-check";
  finding.steps = {builder.done(0, {.kind = OperationKind::check, .argument = builder.text("bell \a and \x1b[31m")},
                                "driver.cpp", 3, {0, 0, false})};
  finding.sentence << "The check \"bell \a\" failed";
  const std::string text = report(finding, builder);
  EXPECT_EQ(text.find('\a'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("bell \\x07 and \\x1b[31m"), std::string::npos);
}

TEST(Interleaving, of_a_hundred_thousand_steps_keeps_what_matters_and_stays_short) {
  NarrativeBuilder builder;
  const ObjectIndex balance = builder.variable("balance");
  builder.spawn(7);
  builder.spawn(8);
  Finding finding;
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    const Step step = builder.write(1, balance, i, i + 1, 30);
    if (i % 10'000 == 5'000) finding.steps.push_back(step);
    builder.read(2, balance, i + 1, 31);
  }
  const std::vector<Row> rows = choose_rows(finding, builder.narrative());
  EXPECT_LT(rows.size(), 60U);
  for (const Step step : finding.steps)
    EXPECT_TRUE(std::ranges::any_of(rows, [&](const Row& row) { return row.folded == 0 && row.step == step; })) << step;
}

TEST(Interleaving, marks_a_switch_where_another_thread_goes_on_but_not_at_a_wait) {
  NarrativeBuilder builder;
  const ObjectIndex mutex = builder.object(ObjectKind::mutex);
  builder.spawn(7);
  builder.lock(1, mutex, 1);
  builder.waits_for_lock(0, mutex, 2);
  builder.unlock(1, mutex, 3);
  builder.lock(0, mutex, 2);
  const std::vector<Row> rows = choose_rows({}, builder.narrative());
  std::vector<bool> switched;
  for (const Row& row : rows) switched.push_back(row.switched);
  EXPECT_EQ(switched, (std::vector<bool>{false, true, false, false, true}));
}

TEST(FileNames, are_as_long_as_it_takes_to_tell_them_apart) {
  NarrativeBuilder builder;
  builder.set_folder("/home/ann/one/");
  builder.done(0, {.kind = OperationKind::yield}, "queue.cpp", 1);
  builder.done(0, {.kind = OperationKind::yield}, "main.cpp", 2);
  builder.set_folder("/home/ann/two/");
  builder.done(0, {.kind = OperationKind::yield}, "queue.cpp", 3);
  const FileNames files(builder.narrative());
  EXPECT_EQ(files.place(0), "one/queue.cpp:1");
  EXPECT_EQ(files.place(1), "main.cpp:2");
  EXPECT_EQ(files.place(2), "two/queue.cpp:3");
  EXPECT_EQ(files.place(99), "");
}

TEST(Sentence, shows_opaque_values_in_the_programs_words) {
  NarrativeBuilder builder;
  const ObjectIndex name = builder.object(ObjectKind::variable, "name", ValueKind::opaque);
  const Step step = builder.write(0, name, 1, 2, 5);
  builder.set_values(step, "\"Ann\"", "\"Bob\"");
  Sentence sentence;
  sentence << "it was " << ValueRef{name, 2} << " after " << OperationRef{step} << " at " << PlaceRef{step} << " not "
           << ValueRef{name, 77};
  const FileNames files(builder.narrative());
  EXPECT_EQ(render(sentence, builder.narrative(), files), "it was \"Bob\" after write name at broken.cpp:5 not #004d");
}

TEST(Sentence, names_the_step_where_the_line_is_unknown) {
  NarrativeBuilder builder;
  builder.done(0, {.kind = OperationKind::yield}, "", 0);
  Sentence sentence;
  sentence << "at " << PlaceRef{0};
  const FileNames files(builder.narrative());
  EXPECT_EQ(render_alone(sentence, builder.narrative(), files), "At step 0.");
}

}  // namespace
}  // namespace snag::testing
