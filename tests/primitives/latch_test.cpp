// latch and barrier: what the standard promises of them, under every schedule.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <array>
#include <cstddef>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

TEST(Latch, opens_when_all_have_counted_down) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    latch done(2);
    int finished = 0;
    const auto work = [&] {
      ++finished;
      done.count_down();
    };
    thread one(work), two(work);
    done.wait();
    check(finished == 2, "nobody passes before both have arrived");
    check(done.try_wait(), "open for good");
    done.wait();
    one.join();
    two.join();
  }));
}

TEST(Latch, arrive_and_wait_holds_until_the_last) {
  EXPECT_TRUE(holds_under_every_schedule(
      [] {
        latch start(3);
        int arrived = 0;
        const auto work = [&] {
          ++arrived;
          start.arrive_and_wait();
          check(arrived == 3, "all have arrived");
        };
        thread one(work), two(work);
        work();
        one.join();
        two.join();
      },
      {.exhaustive_max = 5'000}));
}

TEST(Latch, try_wait_tells_whether_it_is_open) {
  EXPECT_EQ(outcomes_of([] {
              latch done(3);
              check(!done.try_wait(), "closed");
              thread one([&] { done.count_down(3); });
              const bool open = done.try_wait();
              one.join();
              check(done.try_wait(), "open");
              return open;
            }),
            (std::set<bool>{false, true}));
}

TEST(Latch, stays_closed_when_one_is_missing) {
  EXPECT_EQ(verdicts_of([] {
              latch done(2);
              thread one([&] { done.arrive_and_wait(); });
              one.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(Latch, counts_as_far_as_a_number_goes) {
  static_assert(latch::max() == std::numeric_limits<std::ptrdiff_t>::max() && barrier<>::max() == latch::max());
  EXPECT_TRUE(holds_under_every_schedule([] {
    latch far(latch::max());
    check(!far.try_wait(), "all are missing");
    far.count_down(latch::max() - 1);
    check(!far.try_wait(), "one is missing");
    far.arrive_and_wait();
    barrier<> wide(barrier<>::max());
    auto arrived = wide.arrive(barrier<>::max() - 1);
    static_cast<void>(wide.arrive());
    wide.wait(std::move(arrived));
  }));
}

TEST(Latch, records_its_count) {
  const Trace trace = trace_of([] {
    latch done(3);
    done.count_down(2);
    check(!done.try_wait(), "closed");
    done.arrive_and_wait();
  });
  EXPECT_EQ(trace.objects.at(0).kind, ObjectKind::latch);
  EXPECT_EQ(trace.objects.at(0).limit, 3);
  const std::vector<Event> counted = events_of(trace, OperationKind::count_down);
  ASSERT_EQ(counted.size(), 2U);
  EXPECT_EQ(counted[0].operation.argument, 2U);
  EXPECT_EQ(counted[0].before, 3U);
  EXPECT_EQ(counted[0].after, 1U);
  EXPECT_EQ(counted[1].after, 0U);
  EXPECT_FALSE(events_of(trace, OperationKind::latch_try_wait).at(0).success);
  EXPECT_EQ(events_of(trace, OperationKind::latch_wait).size(), 1U);
}

TEST(Barrier, keeps_threads_in_the_same_phase) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    barrier<> phase_end(2);
    std::array<int, 2> reached{};
    const auto work = [&](std::size_t self) {
      for (int phase = 1; phase <= 2; ++phase) {
        reached[self] = phase;
        phase_end.arrive_and_wait();
        check(reached[1 - self] >= phase, "the other has done this phase");
        check(reached[1 - self] <= phase + 1, "and is at most in the next");
      }
    };
    thread other(work, std::size_t{1});
    work(0);
    other.join();
  }));
}

TEST(Barrier, runs_its_completion_once_a_phase_before_anybody_leaves) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int arrived = 0;
    int completed = 0;
    const auto complete = [&]() noexcept {
      check(arrived == 2 * (completed + 1), "all have arrived");
      this_thread::yield();
      ++completed;
    };
    barrier phase_end(2, complete);
    const auto work = [&] {
      for (int phase = 1; phase <= 2; ++phase) {
        ++arrived;
        phase_end.arrive_and_wait();
        check(completed >= phase, "the completion function has returned");
      }
    };
    thread other(work);
    work();
    other.join();
    check(completed == 2, "once a phase");
  }));
}

TEST(Barrier, tokens_wait_for_their_own_phase) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    barrier<> phase_end(2);
    int work_done = 0;
    thread other([&] {
      ++work_done;
      phase_end.wait(phase_end.arrive());
      ++work_done;
      phase_end.arrive_and_wait();
    });
    auto first = phase_end.arrive();
    phase_end.wait(std::move(first));
    check(work_done >= 1, "the first phase is over");
    auto second = phase_end.arrive(1);
    phase_end.wait(std::move(second));
    check(work_done == 2, "and the second");
    other.join();
  }));
}

TEST(Barrier, arrives_for_several_at_once) {
  EXPECT_EQ(verdicts_of([] {
              barrier<> phase_end(3);
              thread other([&] { phase_end.arrive_and_wait(); });
              auto token = phase_end.arrive(2);
              phase_end.wait(std::move(token));
              other.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

TEST(Barrier, expects_one_fewer_after_arrive_and_drop) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    barrier<> phase_end(2);
    int dropped = 0;
    thread leaver([&] {
      ++dropped;
      phase_end.arrive_and_drop();
    });
    phase_end.arrive_and_wait();
    check(dropped == 1, "the one who leaves counts for this phase");
    phase_end.arrive_and_wait();  // alone from now on
    phase_end.arrive_and_wait();
    leaver.join();
  }));
}

TEST(Barrier, holds_for_ever_when_one_is_missing) {
  EXPECT_EQ(verdicts_of([] {
              barrier<> phase_end(2);
              phase_end.arrive_and_wait();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(Barrier, records_its_phases) {
  const Trace trace = trace_of([] {
    barrier<> phase_end(2);
    static_cast<void>(phase_end.arrive());
    phase_end.arrive_and_wait();
    phase_end.arrive_and_drop();
  });
  EXPECT_EQ(trace.objects.at(0).kind, ObjectKind::barrier);
  EXPECT_EQ(trace.objects.at(0).limit, 2);
  const std::vector<Event> arrivals = events_of(trace, OperationKind::arrive);
  ASSERT_EQ(arrivals.size(), 2U);
  EXPECT_EQ(arrivals[0].before, 0U);
  EXPECT_EQ(arrivals[0].after, 0U);
  EXPECT_EQ(arrivals[1].before, 0U);
  EXPECT_EQ(arrivals[1].after, 1U) << "this arrival ended the phase";
  EXPECT_EQ(events_of(trace, OperationKind::barrier_wait).at(0).operation.argument, 0U);
  EXPECT_EQ(events_of(trace, OperationKind::arrive_and_drop).at(0).before, 1U);
}

TEST(Barrier, records_the_end_of_a_phase_after_its_completion) {
  const Trace trace = trace_of([] {
    shared<int> completed{0};
    barrier phase_end(1, [&]() noexcept { completed = 1; });
    phase_end.arrive_and_wait();
  });
  const std::vector<Event> arrivals = events_of(trace, OperationKind::arrive);
  ASSERT_EQ(arrivals.size(), 2U);
  EXPECT_EQ(arrivals[0].after, 0U);
  EXPECT_EQ(arrivals[1].operation.argument, 0U);
  EXPECT_EQ(arrivals[1].after, 1U);
  const Step written = events_of(trace, OperationKind::write).at(0).step;
  EXPECT_TRUE(arrivals[0].step < written && written < arrivals[1].step);
}

}  // namespace
}  // namespace snag
