// ThreadLocal: a value for each controlled thread, made when first used, destroyed at the thread's end.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

// Writes its name into a record when it is destroyed.
struct Mourned {
  std::string* record;
  char name;
  Mourned(std::string& record_, char name_) : record(&record_), name(name_) {}
  Mourned(const Mourned&) = delete;
  Mourned& operator=(const Mourned&) = delete;
  ~Mourned() { *record += name; }
};

TEST(ThreadLocal, has_a_value_for_each_thread) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    ThreadLocal<int> number(5);
    const auto count = [&] {
      check(*number == 5, "what each begins with");
      ++*number;
      this_thread::yield();
      check(++number.get() == 7, "nobody else has changed it");
    };
    thread one(count), two(count);
    one.join();
    two.join();
    check(*number == 5, "the body has one of its own");
    ThreadLocal<std::string> text;
    check(text->empty(), "T() is what it begins with");
  }));
}

TEST(ThreadLocal, is_made_by_each_thread_that_uses_it_when_it_first_does) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    std::vector<thread::id> made;
    ThreadLocal<thread::id> self([&] {
      this_thread::yield();
      made.push_back(this_thread::get_id());
      return this_thread::get_id();
    });
    const auto use = [&] { check(*self == this_thread::get_id() && *self == this_thread::get_id(), "its own"); };
    thread one(use), two(use), without([] { this_thread::yield(); });
    one.join();
    two.join();
    without.join();
    check(made.size() == 2 && made[0] != made[1], "once by each of the two that use it");
  }));
}

TEST(ThreadLocal, is_tried_again_when_making_it_throws) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    int tries = 0;
    ThreadLocal<int> number([&] {
      if (++tries == 1) throw std::runtime_error("not yet");
      return tries;
    });
    check(throws<std::runtime_error>([&] { number.get(); }), "the first try");
    check(*number == 2 && *number == 2, "the second makes it");
  }));
}

TEST(ThreadLocal, goes_in_reverse_order_of_making_before_the_thread_counts_as_ended) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    std::string gone;
    ThreadLocal<Mourned> a([&] { return Mourned(gone, 'a'); });
    ThreadLocal<Mourned> b([&] {
      a.get();
      return Mourned(gone, 'b');
    });
    ThreadLocal<Mourned> c([&] { return Mourned(gone, 'c'); });
    thread user([&] {
      c.get();
      b.get();  // makes a first
      check(gone.empty(), "not before the thread ends");
    });
    user.join();
    check(gone == "bac", "newest first");
  }));
}

TEST(ThreadLocal, goes_before_others_are_told_of_the_end) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    std::string gone;
    ThreadLocal<Mourned> local([&] { return Mourned(gone, 'x'); });
    promise<void> done;
    future<void> ended = done.get_future();
    thread user([&] {
      done.set_value_at_thread_exit();
      local.get();
    });
    ended.wait();
    check(gone == "x", "it went first");
    future<void> task = async(launch::async, [&] { local.get(); });
    task.wait();
    check(gone == "xx", "also before the result of async");
    user.join();
  }));
}

TEST(ThreadLocal, of_the_body_goes_when_the_body_has_ended_and_outlives_its_variables) {
  std::string gone;
  const Scenario scenario{.name = "test",
                          .body =
                              [&] {
                                const std::shared_ptr<void> last(nullptr, [&](void*) { gone += '('; });
                                ThreadLocal<Mourned> local([&] { return Mourned(gone, ')'); });
                                local.get();
                              },
                          .invariant = [&] { check(gone == "()", "before the invariant"); }};
  Execution execution;
  ExhaustiveStrategy strategy;
  strategy.begin(0);
  EXPECT_EQ(execution.run(scenario, strategy, {}).verdict, Verdict::passed);
  EXPECT_EQ(gone, "()");
  EXPECT_EQ(failure_in(execution.trace()), "");
}

TEST(ThreadLocal, has_a_destructor_that_is_under_the_scheduler) {
  // The thread's last lock is taken in the destructor: the body, which holds it, must let go first.
  EXPECT_EQ(outcomes_of([] {
              mutex m;
              std::string order;
              const auto end = [&](int* made) {
                const std::lock_guard guard(m);
                order += 'd';
                delete made;
              };
              ThreadLocal<std::unique_ptr<int, std::function<void(int*)>>> local(
                  [&] { return std::unique_ptr<int, std::function<void(int*)>>(new int(1), end); });
              thread user([&] { local.get(); });
              {
                const std::lock_guard guard(m);
                order += 'b';
                this_thread::yield();
                order += 'e';
              }
              user.join();
              return order;
            }),
            (std::set<std::string>{"bed", "dbe"}));
}

TEST(ThreadLocal, may_be_used_and_made_by_the_destructors_of_others) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    std::string gone;
    ThreadLocal<Mourned> late([&] { return Mourned(gone, 'l'); });
    ThreadLocal<std::string> older([] { return "o"; });
    ThreadLocal<std::shared_ptr<void>> user([&] {
      return std::shared_ptr<void>(nullptr, [&](void*) {
        gone += *older;
        late.get();
      });
    });
    thread ends([&] {
      older.get();
      user.get();
    });
    ends.join();
    check(gone == "ol", "the one that the destructor makes goes, too");
  }));
}

TEST(ThreadLocal, used_after_the_thread_has_destroyed_it_is_an_error) {
  std::vector<std::string> errors;
  EXPECT_TRUE(holds_under_every_schedule([&] {
    ThreadLocal<int> newer(1);
    ThreadLocal<std::shared_ptr<void>> older([&] {
      return std::shared_ptr<void>(nullptr, [&](void*) {
        try {
          ++*newer;
        } catch (const std::logic_error& error) { errors.emplace_back(error.what()); }
      });
    });
    thread ends([&] {
      older.get();
      newer.get();
    });
    ends.join();
  }));
  ASSERT_FALSE(errors.empty());
  EXPECT_EQ(errors[0], "a snag::ThreadLocal was used by a thread that has destroyed its value already");
}

TEST(ThreadLocal, may_go_before_its_values) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    std::string gone;
    latch made(1), dropped(1);
    auto local = std::make_unique<ThreadLocal<Mourned>>([&] { return Mourned(gone, 'x'); });
    thread user([&] {
      local->get();
      made.count_down();
      dropped.wait();
      check(gone.empty(), "the value is the thread's");
    });
    made.wait();
    local.reset();
    dropped.count_down();
    user.join();
    check(gone == "x", "it goes with the thread");
  }));
}

TEST(ThreadLocal, of_threads_of_an_abandoned_execution_goes_too) {
  const auto alive = std::make_shared<int>();
  for_every_schedule(
      [&] {
        ThreadLocal<std::shared_ptr<int>> local([&] { return alive; });
        mutex m;
        m.lock();
        const auto wait_for_ever = [&] {
          local.get();
          m.lock();
        };
        local.get();
        thread one(wait_for_ever), two(wait_for_ever);
        one.join();
        two.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::deadlock);
        EXPECT_EQ(result.parked, 0U);
        EXPECT_EQ(alive.use_count(), 1) << "each thread destroyed its value";
      });
}

TEST(ThreadLocal, of_a_thread_that_crashes_goes_too) {
  const auto alive = std::make_shared<int>();
  for_every_schedule(
      [&] {
        ThreadLocal<std::shared_ptr<int>> local([&] { return alive; });
        thread one([&] {
          local.get();
          throw std::runtime_error("crash");
        });
        one.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::crash);
        EXPECT_EQ(alive.use_count(), 1);
      });
}

TEST(ThreadLocal, of_a_daemon_goes_when_it_is_cut_off) {
  const auto alive = std::make_shared<int>();
  for_every_schedule(
      [&] {
        const auto local = std::make_shared<ThreadLocal<std::shared_ptr<int>>>([&alive] { return alive; });
        const auto go = std::make_shared<threading::Event>();
        threading::Thread endless({.daemon = true}, [local, go] {
          local->get();
          go->wait();
        });
        endless.start();
      },
      [&](const Execution&, const ExecutionResult& result) {
        EXPECT_EQ(result.verdict, Verdict::passed);
        EXPECT_EQ(alive.use_count(), 1);
      });
}

TEST(ThreadLocal, belongs_to_one_execution) {
  EXPECT_THROW(ThreadLocal<int>(), UsageError);
  std::unique_ptr<ThreadLocal<int>> kept;
  const Scenario scenario{.name = "test", .body = [&] {
                            if (kept == nullptr) kept = std::make_unique<ThreadLocal<int>>();
                            ++**kept;
                          }};
  Execution execution;
  ExhaustiveStrategy strategy;
  strategy.begin(0);
  EXPECT_EQ(execution.run(scenario, strategy, {}).verdict, Verdict::passed);
  strategy.begin(0);
  EXPECT_THROW(execution.run(scenario, strategy, {}), UsageError);
}

}  // namespace
}  // namespace snag
