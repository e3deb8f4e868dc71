// snag::queue: what Python's module queue promises of its queues, under every schedule; in blocking, non-blocking and
// timed form.
#include "tests/support/every_schedule.h"
#include "tests/support/findings_of.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;
using queue::LifoQueue;
using queue::PriorityQueue;
using queue::Queue;
using queue::SimpleQueue;

// ---- Order -------------------------------------------------------------------------------------------------------

// What comes out when 2, 3, 1 were put in.
template <class AnyQueue>
std::vector<int> order_of() {
  std::vector<int> order;
  holds_under_every_schedule([&] {
    AnyQueue numbers;
    for (const int number : {2, 3, 1}) numbers.put(number);
    order.clear();
    for (int i = 0; i < 3; ++i) order.push_back(numbers.get());
    check(numbers.empty(), "all are taken");
  });
  return order;
}

TEST(Queues, differ_in_which_item_comes_next) {
  EXPECT_EQ(order_of<Queue<int>>(), (std::vector{2, 3, 1}));
  EXPECT_EQ(order_of<LifoQueue<int>>(), (std::vector{1, 3, 2}));
  EXPECT_EQ(order_of<PriorityQueue<int>>(), (std::vector{1, 2, 3}));
  EXPECT_EQ((order_of<PriorityQueue<int, std::greater<int>>>()), (std::vector{3, 2, 1}));
  EXPECT_EQ(order_of<SimpleQueue<int>>(), (std::vector{2, 3, 1}));
}

TEST(Queues, take_items_that_can_only_be_moved) {
  holds_under_every_schedule([] {
    Queue<std::unique_ptr<int>> boxes;
    boxes.put(std::make_unique<int>(7));
    check(*boxes.get() == 7, "the box arrives");
    check(!boxes.try_get().has_value(), "there was but one");
  });
}

// ---- Blocking ----------------------------------------------------------------------------------------------------

template <class AnyQueue>
void hand_over_three(AnyQueue& jobs) {
  std::vector<int> got;
  thread producer([&] {
    for (int i = 1; i <= 3; ++i) jobs.put(i);
  });
  thread consumer([&] {
    for (int i = 1; i <= 3; ++i) got.push_back(jobs.get());
  });
  producer.join();
  consumer.join();
  std::sort(got.begin(), got.end());
  check(got == std::vector<int>{1, 2, 3}, "every item arrives, once");
}

TEST(Queues, hand_over_every_item_once) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Queue<int> jobs(1);
    hand_over_three(jobs);
  }));
  EXPECT_TRUE(holds_under_every_schedule([] {
    LifoQueue<int> jobs(2);
    hand_over_three(jobs);
  }));
  EXPECT_TRUE(holds_under_every_schedule([] {
    PriorityQueue<int> jobs;
    hand_over_three(jobs);
  }));
  EXPECT_TRUE(holds_under_every_schedule([] {
    SimpleQueue<int> jobs;
    hand_over_three(jobs);
  }));
}

TEST(Queue, is_never_fuller_than_its_bound) {
  std::ptrdiff_t most = 0;
  for_every_schedule(
      [] {
        Queue<int> jobs(2);
        thread producer([&] {
          for (int i = 0; i < 4; ++i) jobs.put(i);
        });
        for (int i = 0; i < 4; ++i) check(jobs.get() == i, "first in, first out");
        producer.join();
      },
      [&](const Execution& execution, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::passed);
        ASSERT_EQ(failure_in(execution.trace()), "");
        for (const Event& event : events_of(execution.trace(), OperationKind::put)) {
          ASSERT_LE(event.after, 2U);
          ASSERT_EQ(event.after, event.before + 1);
          most = std::max(most, static_cast<std::ptrdiff_t>(event.after));
        }
      });
  EXPECT_EQ(most, 2) << "in some schedule it is full";
}

TEST(Queue, makes_a_put_wait_for_room_and_a_get_for_an_item) {
  EXPECT_EQ(verdicts_of([] {
              Queue<int> jobs(1);
              jobs.put(1);
              jobs.put(2);
            }),
            std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_of([] { Queue<int>().get(); }), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_of([] { SimpleQueue<int>().get(); }), std::set<Verdict>{Verdict::deadlock});
  EXPECT_EQ(verdicts_of([] {
              Queue<int> endless(-1);
              for (int i = 0; i < 9; ++i) endless.put(i);
            }),
            std::set<Verdict>{Verdict::passed})
      << "a bound that is not positive is none";
}

TEST(Queue, gives_an_item_to_whichever_getter_comes_first) {
  EXPECT_EQ(outcomes_of([] {
              Queue<int> jobs;
              std::string order;
              const auto take = [&](char name) {
                jobs.get();
                order += name;
              };
              thread one(take, '1'), two(take, '2');
              jobs.put(1);
              jobs.put(2);
              one.join();
              two.join();
              return order;
            }),
            (std::set<std::string>{"12", "21"}));
}

TEST(Queue, that_waits_for_ever_is_unwound_with_all_its_items) {
  const auto item = std::make_shared<int>(1);
  const auto run = [&](auto wait) {
    for_every_schedule(
        [&] {
          Queue<std::shared_ptr<int>> jobs(1);
          jobs.put(item);
          thread waiter([&, own = item] { wait(jobs); });
          waiter.join();
        },
        [&](const Execution&, const ExecutionResult& result) {
          ASSERT_EQ(result.verdict, Verdict::deadlock);
          ASSERT_EQ(result.parked, 0U);
          ASSERT_EQ(item.use_count(), 1);
        },
        {.exhaustive_max = 10, .random_executions = 10});
  };
  run([&](auto& jobs) { jobs.put(item); });
  run([&](auto& jobs) { jobs.put_for(item, std::chrono::hours::max()); });
  run([&](auto& jobs) { jobs.join(); });
  run([&](auto& jobs) {
    jobs.get();
    jobs.get();
  });
  run([&](auto& jobs) {
    struct Late {
      Queue<std::shared_ptr<int>>& jobs;
      ~Late() {
        jobs.put(nullptr);
        static_cast<void>(jobs.get());
        jobs.task_done();
      }
    } late{jobs};
    jobs.put(item);
  });
}

// ---- Non-blocking ------------------------------------------------------------------------------------------------

TEST(Queue, tries_without_waiting) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Queue<int> jobs(1);
    check(!jobs.try_get().has_value(), "nothing there");
    check(throws<queue::Empty>([&] { jobs.get_nowait(); }), "Empty");
    check(jobs.try_put(1), "there is room");
    check(!jobs.try_put(2), "there is no room");
    check(throws<queue::Full>([&] { jobs.put_nowait(3); }), "Full");
    check(jobs.try_get() == 1, "one is there");
    jobs.put_nowait(4);
    check(jobs.get_nowait() == 4, "what was put");
  }));
}

TEST(SimpleQueue, never_waits_to_put_and_tries_to_get) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    SimpleQueue<int> jobs;
    check(!jobs.try_get().has_value() && jobs.empty(), "nothing there");
    check(throws<queue::Empty>([&] { jobs.get_nowait(); }), "Empty");
    jobs.put_nowait(1);
    jobs.put_for(2, 1s);
    check(jobs.qsize() == 2, "two are there");
    check(jobs.get_nowait() == 1 && jobs.try_get() == 2, "in their order");
  }));
}

TEST(Queue, that_is_tried_may_or_may_not_have_what_another_thread_puts) {
  EXPECT_EQ(outcomes_of([] {
              Queue<int> jobs;
              thread producer([&] { jobs.put(5); });
              const bool got = jobs.try_get() == 5;
              producer.join();
              return got;
            }),
            (std::set<bool>{false, true}));
}

// ---- Timed -------------------------------------------------------------------------------------------------------

TEST(Queue, waits_for_an_item_until_its_time_is_out) {
  const std::set<bool> both{false, true};
  const auto outcomes = [](auto get) {
    return outcomes_of([get] {
      Queue<int> jobs;
      thread producer([&] { jobs.put(5); });
      const auto deadline = steady_clock::now() + 5ms;
      const bool got = get(jobs);
      check(got || steady_clock::now() >= deadline, "time has passed");
      producer.join();
      return got;
    });
  };
  EXPECT_EQ(outcomes([](auto& jobs) { return jobs.try_get_for(5ms) == 5; }), both);
  EXPECT_EQ(outcomes([](auto& jobs) { return !throws<queue::Empty>([&] { check(jobs.get_for(5ms) == 5, "5"); }); }),
            both);
}

TEST(SimpleQueue, waits_for_an_item_until_its_time_is_out) {
  const auto outcomes = [](auto get) {
    return outcomes_of([get] {
      SimpleQueue<int> jobs;
      thread producer([&] { jobs.put(5); });
      const bool got = get(jobs);
      producer.join();
      check(jobs.qsize() == (got ? 0 : 1), "it is out, or it is not");
      return got;
    });
  };
  const std::set<bool> both{false, true};
  EXPECT_EQ(outcomes([](auto& jobs) { return jobs.try_get_for(5ms) == 5; }), both);
  EXPECT_EQ(outcomes([](auto& jobs) { return !throws<queue::Empty>([&] { check(jobs.get_for(5ms) == 5, "5"); }); }),
            both);
}

TEST(Queue, waits_for_room_until_its_time_is_out) {
  const std::set<bool> both{false, true};
  const auto outcomes = [](auto put) {
    return outcomes_of([put] {
      Queue<int> jobs(1);
      jobs.put(1);
      thread consumer([&] { jobs.get(); });
      const auto deadline = steady_clock::now() + 5ms;
      const bool done = put(jobs);
      check(done || steady_clock::now() >= deadline, "time has passed");
      consumer.join();
      check(jobs.qsize() == (done ? 1 : 0), "it is in, or it is not");
      return done;
    });
  };
  EXPECT_EQ(outcomes([](auto& jobs) { return jobs.try_put_for(2, 5ms); }), both);
  EXPECT_EQ(outcomes([](auto& jobs) { return !throws<queue::Full>([&] { jobs.put_for(2, 5ms); }); }), both);
}

TEST(Queue, in_ideal_time_is_not_overtaken_by_its_time_out) {
  EXPECT_EQ(outcomes_of(
                [] {
                  Queue<int> jobs;
                  thread producer([&] {
                    this_thread::sleep_for(1s);
                    jobs.put(5);
                  });
                  const bool late = !jobs.try_get_for(500ms).has_value();
                  const bool in_time = jobs.try_get_for(700ms) == 5;
                  producer.join();
                  return late && in_time;
                },
                {.time = TimeModel::ideal}),
            std::set<bool>{true});
}

TEST(Queue, refuses_a_negative_time) {
  holds_under_every_schedule([] {
    Queue<int> jobs;
    check(throws<std::invalid_argument>([&] { jobs.put_for(1, -1s); }), "put_for");
    check(throws<std::invalid_argument>([&] { static_cast<void>(jobs.try_put_for(1, -1s)); }), "try_put_for");
    check(throws<std::invalid_argument>([&] { jobs.get_for(-1s); }), "get_for");
    check(throws<std::invalid_argument>([&] { static_cast<void>(jobs.try_get_for(-1s)); }), "try_get_for");
    check(jobs.empty(), "nothing was put");
  });
}

// ---- Sizes -------------------------------------------------------------------------------------------------------

TEST(Queue, tells_how_many_items_there_are) {
  holds_under_every_schedule([] {
    Queue<int> jobs(2);
    check(jobs.qsize() == 0 && jobs.empty() && !jobs.full() && jobs.maxsize() == 2, "empty");
    jobs.put(1);
    check(jobs.qsize() == 1 && !jobs.empty() && !jobs.full(), "neither");
    jobs.put(2);
    check(jobs.qsize() == 2 && jobs.full(), "full");
    Queue<int> endless;
    endless.put(1);
    check(!endless.full() && endless.maxsize() == 0, "never full");
  });
}

TEST(Queue, that_is_polled_lets_others_go_on) {
  EXPECT_EQ(verdicts_of([] {
              Queue<int> jobs;
              thread producer([&] {
                this_thread::yield();
                jobs.put(5);
              });
              while (jobs.empty()) {}
              producer.join();
            }),
            std::set<Verdict>{Verdict::passed});
}

// ---- Tasks -------------------------------------------------------------------------------------------------------

TEST(Queue, join_returns_when_all_tasks_are_done) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Queue<int> jobs;
    jobs.join();
    int done = 0;
    jobs.put(1);
    jobs.put(2);
    thread worker([&] {
      for (int i = 0; i < 2; ++i) {
        jobs.get();
        ++done;
        jobs.task_done();
      }
    });
    jobs.join();
    check(done == 2, "both tasks are done");
    worker.join();
  }));
}

TEST(Queue, join_waits_for_ever_when_a_task_done_is_missing) {
  EXPECT_EQ(verdicts_of([] {
              Queue<int> jobs;
              jobs.put(1);
              jobs.put(2);
              jobs.get();
              jobs.get();
              jobs.task_done();
              jobs.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

TEST(Queue, task_done_called_too_often_is_recorded_and_throws) {
  const Trace trace = trace_of([] {
    Queue<int> jobs;
    jobs.put(1);
    jobs.get();
    jobs.task_done();
    check(throws<std::invalid_argument>([&] { jobs.task_done(); }), "an error was due");
    jobs.put(2);
    jobs.get();
    jobs.task_done();
    jobs.join();
  });
  EXPECT_EQ(failure_in(trace), "");
  const std::vector<Event> done = events_of(trace, OperationKind::task_done);
  ASSERT_EQ(done.size(), 3U);
  EXPECT_EQ(done[0].before, 1U);
  EXPECT_EQ(done[0].after, 0U);
  EXPECT_EQ(done[1].before, 0U);
  EXPECT_EQ(done[1].after, 0U);
  EXPECT_EQ(done[2].before, 1U) << "the excess has changed nothing";
}

// ---- Shutting down -----------------------------------------------------------------------------------------------

TEST(Queue, that_was_shut_down_takes_nothing_and_gives_what_it_has) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Queue<int> jobs(1);
    jobs.put(1);
    jobs.shutdown();
    check(throws<queue::ShutDown>([&] { jobs.put(2); }), "put");
    check(throws<queue::ShutDown>([&] { jobs.put_nowait(2); }), "put_nowait");
    check(throws<queue::ShutDown>([&] { jobs.put_for(2, 1s); }), "put_for");
    check(throws<queue::ShutDown>([&] { static_cast<void>(jobs.try_put(2)); }), "try_put");
    check(throws<queue::ShutDown>([&] { static_cast<void>(jobs.try_put_for(2, 1s)); }), "try_put_for");
    check(jobs.get() == 1, "what it has");
    check(throws<queue::ShutDown>([&] { jobs.get(); }), "get");
    check(throws<queue::ShutDown>([&] { jobs.get_nowait(); }), "get_nowait");
    check(throws<queue::ShutDown>([&] { jobs.get_for(1s); }), "get_for");
    check(throws<queue::ShutDown>([&] { static_cast<void>(jobs.try_get()); }), "try_get");
    check(throws<queue::ShutDown>([&] { static_cast<void>(jobs.try_get_for(1s)); }), "try_get_for");
    jobs.task_done();
    jobs.join();
  }));
}

TEST(Queue, shutdown_wakes_those_that_wait) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    Queue<int> jobs(1);
    thread getter([&] { check(throws<queue::ShutDown>([&] { jobs.get(); }), "get"); });
    jobs.shutdown();
    getter.join();
    Queue<int> full(1);
    full.put(1);
    thread putter([&] { check(throws<queue::ShutDown>([&] { full.put(2); }), "put"); });
    full.shutdown();
    putter.join();
  }));
}

TEST(Queue, shutdown_now_drops_the_items_and_their_tasks) {
  const auto item = std::make_shared<int>(1);
  EXPECT_TRUE(holds_under_every_schedule([&] {
    Queue<std::shared_ptr<int>> jobs;
    jobs.put(item);
    jobs.put(item);
    thread joiner([&] { jobs.join(); });
    jobs.shutdown_now();
    check(item.use_count() == 1, "the items are gone");
    check(jobs.qsize() == 0, "it is empty");
    check(throws<queue::ShutDown>([&] { jobs.get(); }), "get");
    joiner.join();
  }));
}

TEST(Queue, shutdown_now_leaves_the_tasks_that_are_under_way) {
  EXPECT_EQ(verdicts_of([] {
              Queue<int> jobs;
              jobs.put(1);
              jobs.put(2);
              jobs.get();
              jobs.shutdown_now();
              jobs.join();
            }),
            std::set<Verdict>{Verdict::deadlock});
}

// ---- Items that use snag's variables ------------------------------------------------------------------------------

struct Watched {
  shared<int>* key;
  bool operator<(const Watched& other) const { return key->read() < other.key->read(); }
};

TEST(PriorityQueue, compares_items_that_are_under_watch_with_nobody_in_between) {
  holds_under_every_schedule([] {
    shared<int> low{1, "low"}, high{2, "high"};
    PriorityQueue<Watched> jobs;
    thread one([&] { jobs.put({&high}); }), two([&] { jobs.put({&low}); });
    const Watched first = jobs.get(), second = jobs.get();
    check(first.key != second.key, "each comes out once");
    one.join();
    two.join();
    check(!jobs.try_get_for(1s).has_value(), "no more came out than went in");
  });
}

struct Refusing {
  int key;
  bool operator<(const Refusing& other) const {
    if (key == 13 || other.key == 13) throw std::runtime_error("13 cannot be compared");
    return key < other.key;
  }
};

TEST(PriorityQueue, does_not_count_an_item_that_it_could_not_store) {
  holds_under_every_schedule([] {
    PriorityQueue<Refusing> jobs;
    jobs.put({1});
    check(throws<std::runtime_error>([&] { jobs.put({13}); }), "the comparison throws");
    check(jobs.qsize() == 1 && jobs.get().key == 1, "one item");
    jobs.task_done();
    jobs.join();
  });
}

// ---- Events ------------------------------------------------------------------------------------------------------

TEST(Queue, records_its_room_and_counts) {
  const Trace trace = trace_of([] {
    Queue<int> jobs(3);
    name(jobs, "jobs");
    jobs.put(1);
    jobs.put(2);
    jobs.get();
    static_cast<void>(jobs.try_get_for(1s));
    static_cast<void>(jobs.try_get());
    jobs.put(3);
    jobs.shutdown_now();
  });
  ASSERT_EQ(trace.objects.size(), 1U);
  EXPECT_EQ(trace.objects[0].kind, ObjectKind::queue);
  EXPECT_EQ(trace.objects[0].limit, 3);
  EXPECT_EQ(display_name(trace, ObjectIndex{0}), "jobs");
  EXPECT_EQ(events_of(trace, OperationKind::put).at(1).after, 2U);
  EXPECT_EQ(events_of(trace, OperationKind::get).at(0).after, 1U);
  const std::vector<Event> tries = events_of(trace, OperationKind::try_get);
  ASSERT_EQ(tries.size(), 2U);
  EXPECT_TRUE(tries[0].success);
  EXPECT_EQ(tries[0].operation.argument, 1'000'000'000U) << "the deadline";
  EXPECT_FALSE(tries[1].success);
  EXPECT_EQ(tries[1].operation.argument, 0U);
  const std::vector<Event> shut = events_of(trace, OperationKind::queue_shutdown);
  ASSERT_EQ(shut.size(), 1U);
  EXPECT_EQ(shut[0].operation.argument, 1U);
  EXPECT_EQ(shut[0].before, 1U);
  EXPECT_EQ(shut[0].after, 0U);
}

TEST(Queue, destroyed_while_somebody_waits_is_a_finding) {
  EXPECT_EQ(findings_of([] {
              std::optional<Queue<int>> jobs(std::in_place);
              thread waiter([&] { jobs->get(); });
              this_thread::yield();
              jobs.reset();
            }),
            Names{"destroyed-in-use"});
}

}  // namespace
}  // namespace snag
