// thread, jthread and this_thread: what the standard promises of them, under every schedule.
#include "tests/support/every_schedule.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <system_error>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace snag {
namespace {

using namespace std::chrono_literals;
using namespace snag::testing;

// The code of the std::system_error that the call throws; none when it throws nothing.
template <class Call>
std::error_code error_of(Call call) {
  try {
    call();
  } catch (const std::system_error& error) { return error.code(); }
  return {};
}

TEST(Thread, has_ended_when_join_returns) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    atomic<int> x{0};
    bool done = false;
    thread one([&] {
      x.store(1);
      x.store(2);
      done = true;
    });
    thread two([&] { x.store(3); });
    one.join();
    check(done, "a joined thread has ended");
    check(!one.joinable(), "a joined thread is not joinable");
    two.join();
  }));
}

TEST(Thread, passes_decayed_arguments) {
  holds_under_every_schedule([] {
    int counter = 0;
    std::string text = "text";
    auto unique = std::make_unique<int>(5);
    thread one(
        [](int& by_reference, const std::string& copied, const std::unique_ptr<int>& moved, const char* literal) {
          by_reference += *moved;
          check(copied == "text", "arguments are copied when the thread is made");
          check(literal == std::string("array"), "arrays decay");
          this_thread::yield();
        },
        std::ref(counter), text, std::move(unique), "array");
    text = "changed";
    check(unique == nullptr, "what is moved in is gone here");
    one.join();
    check(counter == 5, "std::ref passes a reference");
  });
}

TEST(Thread, calls_members_and_large_callables) {
  struct Account {
    int balance = 0;
    void deposit(int amount) { balance += amount; }
  };
  holds_under_every_schedule([] {
    Account account;
    thread one(&Account::deposit, &account, 7);
    std::array<int, 200> many{};  // larger than what fits in place
    many.back() = 3;
    int seen = 0;
    thread two([many, &seen] { seen = many.back(); });
    one.join();
    two.join();
    check(account.balance == 7 && seen == 3, "both calls were made");
  });
}

TEST(Thread, destroys_its_callable_once_whether_run_or_abandoned) {
  struct Counted {
    explicit Counted(int* alive) : alive_(alive) { ++*alive_; }
    Counted(const Counted& other) : alive_(other.alive_) { ++*alive_; }
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --*alive_; }
    int* alive_;
  };
  int alive = 0;
  for_every_schedule(
      [&] {
        binary_semaphore never_released{0};
        const Counted counted(&alive);
        std::array<char, 500> large{};
        thread one([counted, &never_released] { never_released.acquire(); });
        thread two([counted, large, &never_released] {
          never_released.acquire();
          check(large[0] == 0, "never reached");
        });
        one.join();
        two.join();
      },
      [&](const Execution&, const ExecutionResult& result) {
        ASSERT_EQ(result.verdict, Verdict::deadlock);
        ASSERT_EQ(alive, 0);
      },
      {.exhaustive_max = 20, .random_executions = 20});
}

TEST(Thread, moves_and_swaps_like_the_standards) {
  holds_under_every_schedule([] {
    thread empty;
    check(!empty.joinable() && empty.get_id() == thread::id(), "a default thread is none");
    thread one([] { this_thread::yield(); });
    const thread::id id = one.get_id();
    thread two(std::move(one));
    check(!one.joinable() && two.get_id() == id, "moving hands the thread over");
    empty = std::move(two);
    check(!two.joinable() && empty.get_id() == id, "so does assignment");
    swap(empty, two);
    check(two.get_id() == id && !empty.joinable(), "swap");
    two.swap(empty);
    check(empty.get_id() == id, "member swap");
    empty.join();
    check(empty.get_id() == thread::id(), "a joined thread has no id");
  });
}

TEST(Thread, ids_are_distinct_ordered_hashable_and_printable) {
  holds_under_every_schedule([] {
    thread::id inside;
    thread one([&] { inside = this_thread::get_id(); });
    thread two([] {});
    const std::set<thread::id> ordered{this_thread::get_id(), one.get_id(), two.get_id(), thread::id()};
    const std::unordered_set<thread::id> hashed(ordered.begin(), ordered.end());
    check(ordered.size() == 4 && hashed.size() == 4, "ids are distinct");
    std::ostringstream text;
    text << one.get_id() << ' ' << thread::id();
    check(text.str() == "T1 no thread", "ids print");
    const thread::id outside = one.get_id();
    one.join();
    two.join();
    check(inside == outside, "this_thread::get_id is the thread's id");
  });
}

TEST(Thread, answers_what_programs_ask_of_the_system) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    thread one([] {});
    jthread two([] {});
    check(one.native_handle() == 1 && two.native_handle() == 2, "the thread's number");
    check(thread::hardware_concurrency() == 4 && jthread::hardware_concurrency() == 4, "the same everywhere");
    one.join();
  }));
}

TEST(Thread, reports_misuse_with_the_standards_error_codes) {
  std::thread real;
  ASSERT_EQ(error_of([&] { real.join(); }), std::errc::invalid_argument) << "the standard's own answer";
  holds_under_every_schedule([] {
    thread none;
    check(error_of([&] { none.join(); }) == std::errc::invalid_argument, "join of none");
    check(error_of([&] { none.detach(); }) == std::errc::invalid_argument, "detach of none");
    thread one([] {});
    one.join();
    check(error_of([&] { one.join(); }) == std::errc::invalid_argument, "second join");
    thread two([] {});
    two.detach();
    check(error_of([&] { two.join(); }) == std::errc::invalid_argument, "join after detach");
    jthread jnone;
    check(error_of([&] { jnone.join(); }) == std::errc::invalid_argument, "join of no jthread");
  });
}

TEST(Thread, records_spawn_begin_end_join_detach_and_misuse) {
  const Trace trace = trace_of([] {
    thread one([] { this_thread::yield(); });
    one.join();
    thread two([] {});
    two.detach();
    try {
      two.join();
    } catch (const std::system_error&) {}
    thread three([] {});
    three = thread();
  });
  const auto targets = [&](OperationKind kind) {
    std::vector<ThreadIndex> result;
    for (const Event& event : events_of(trace, kind)) result.push_back(event.operation.target);
    return result;
  };
  EXPECT_EQ(targets(OperationKind::spawn), (std::vector<ThreadIndex>{1, 2, 3}));
  EXPECT_EQ(targets(OperationKind::join).front(), 1);
  EXPECT_EQ(targets(OperationKind::detach), (std::vector<ThreadIndex>{2}));
  EXPECT_EQ(targets(OperationKind::join_misused), (std::vector<ThreadIndex>{no_thread}));
  EXPECT_EQ(targets(OperationKind::thread_destroyed), (std::vector<ThreadIndex>{3}));
  EXPECT_EQ(events_of(trace, OperationKind::begin).size(), 4U);
  EXPECT_EQ(events_of(trace, OperationKind::end).size(), 4U);
  ASSERT_EQ(trace.threads.size(), 4U);
  EXPECT_EQ(trace.threads[3].parent, 0);
  EXPECT_EQ(trace.threads[3].nth, 2U);
}

TEST(Thread, destroyed_while_joinable_is_recorded) {
  const Trace trace = trace_of([] { const thread dropped([] { this_thread::yield(); }); });
  ASSERT_EQ(events_of(trace, OperationKind::thread_destroyed).size(), 1U);
  EXPECT_EQ(events_of(trace, OperationKind::thread_destroyed)[0].operation.target, 1);
}

TEST(Thread, runs_threads_of_threads) {
  EXPECT_EQ(outcomes_of([] {
              atomic<int> sum{0};
              thread outer([&] {
                thread inner([&] { sum.fetch_add(10); });
                sum.fetch_add(1);
                inner.join();
              });
              outer.join();
              return sum.load();
            }),
            std::set<int>{11});
}

TEST(Jthread, joins_and_requests_stop_when_destroyed) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    bool done = false;
    {
      const jthread worker([&](const stop_token& token) {
        while (!token.stop_requested()) this_thread::yield();
        done = true;
      });
    }
    check(done, "the destructor asked the thread to stop and waited for it");
  }));
}

TEST(Jthread, passes_a_token_only_to_those_that_take_one) {
  holds_under_every_schedule([] {
    int seen = 0;
    jthread without([&](int value) { seen = value; }, 4);
    without.join();
    check(seen == 4, "arguments without a token");
    jthread with([&](const stop_token& token, int value) { seen = token.stop_possible() ? value : 0; }, 5);
    with.join();
    check(seen == 5, "a token first, then the arguments");
  });
}

TEST(Jthread, stops_the_old_thread_when_assigned_to) {
  holds_under_every_schedule([] {
    int stopped = 0;
    const auto until_stopped = [&](const stop_token& token) {
      while (!token.stop_requested()) this_thread::yield();
      ++stopped;
    };
    jthread worker(until_stopped);
    worker = jthread(until_stopped);
    check(stopped == 1, "assignment stops and joins the thread it replaces");
    check(worker.get_stop_token().stop_possible() && !worker.get_stop_source().stop_requested(), "the new one runs on");
    check(worker.request_stop(), "the first request tells so");
    check(!worker.request_stop(), "a second one does nothing");
    worker.join();
    check(stopped == 2, "both stopped");
  });
}

TEST(Jthread, without_a_thread_cannot_be_stopped) {
  holds_under_every_schedule([] {
    jthread none;
    check(!none.joinable() && !none.request_stop() && !none.get_stop_token().stop_possible(), "as the standard's");
    jthread one([] {});
    jthread other(std::move(one));
    check(!one.joinable() && other.joinable(), "moving hands over");
    swap(one, other);
    check(one.joinable() && !other.joinable(), "swap");
  });
}

TEST(Jthread, is_a_thread_otherwise) {
  EXPECT_TRUE(holds_under_every_schedule([] {
    thread::id inside;
    const auto done = std::make_shared<bool>(false);  // the detached one may outlive the body
    jthread joined([&] { inside = this_thread::get_id(); });
    jthread detached([done] { *done = true; });
    check(joined.joinable() && joined.get_id() != detached.get_id(), "each has an id");
    const jthread::id outside = joined.get_id();
    joined.join();
    check(inside == outside && !joined.joinable() && joined.get_id() == jthread::id(), "joined by hand");
    detached.detach();
    check(!detached.joinable() && detached.get_id() == jthread::id(), "left alone");
    at_end([done] { check(*done, "it runs all the same"); });
  }));
}

TEST(ThisThread, yields_to_anybody) {
  const auto orders = outcomes_of([] {
    std::string order;
    thread one([&] {
      order += 'a';
      this_thread::yield();
      order += 'b';
    });
    thread two([&] {
      this_thread::yield();
      order += 'c';
    });
    one.join();
    two.join();
    return order;
  });
  EXPECT_EQ(orders, (std::set<std::string>{"abc", "acb"})) << "newborns run to their first operation before any choice";
}

}  // namespace
}  // namespace snag
