// Worker processes: any number of them finds and counts the same, and nothing that the program under test does to one
// takes the campaign down.
#include "harness/campaign/worker_pool.h"

#include "harness/campaign/child.h"
#include "harness/campaign/crash_narrative.h"
#include "harness/campaign/reproduce.h"
#include "harness/campaign/rounds.h"
#include "harness/campaign/watchdog.h"
#include "harness/execution/fiber.h"
#include "tests/support/dpor_programs.h"
#include "tests/support/random_program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace snag {
namespace {

using WallClock = std::chrono::steady_clock;

Scenario scenario(std::function<void()> body) { return {.name = "test/scenario", .body = std::move(body)}; }

CampaignOptions with(const std::string& strategy, std::size_t jobs, std::uint64_t executions = 400) {
  CampaignOptions options;
  options.strategy = strategy;
  options.mixed = MixedSearch::sampling_only;
  options.executions = executions;
  options.stop_at_first = false;
  options.jobs = jobs;
  return options;
}

// All that must not depend on the number of workers.
std::string told(const CampaignResult& result) {
  std::string text = fmt::format("{} executions, {} points, {} inconclusive, {} untested, {} parked, {} {} {}\n",
                                 result.executions, result.points, result.inconclusive, result.untested, result.parked,
                                 result.exhausted, result.polled_in_vain, result.bound.value_or(99));
  if (result.reduction)
    text += fmt::format("{} complete, {} deadlocked, {} cut short, {} blocked, {} redundant, {} preliminary, {}\n",
                        result.reduction->complete, result.reduction->deadlocked, result.reduction->cut_short,
                        result.reduction->blocked, result.reduction->redundant, result.reduction->preliminary,
                        result.reduction->explored);
  for (const Bug& bug : result.bugs)
    text += fmt::format("{} {} {} {} {} {} {}\n", bug.finding.checker, bug.fingerprint, format_token(bug.token),
                        bug.execution, bug.hunted, bug.hunts, bug.trace.events.size());
  return text;
}

std::vector<std::string> names_of(const CampaignResult& result) {
  std::vector<std::string> names;
  for (const Bug& bug : result.bugs) names.push_back(bug.finding.checker);
  return names;
}
using Names = std::vector<std::string>;

// ---- The same for any number -----------------------------------------------------------------------------------

void increments_and_locks_out_of_order() {
  shared<int> count{0, "count"};
  atomic<int> other{0};
  mutex a, b;
  thread one([&] {
    count = count + 1;
    const std::lock_guard first(a);
    const std::lock_guard second(b);
    other.store(other.load() + 1);
  });
  thread two([&] {
    count = count + 1;
    const std::lock_guard first(b);
    const std::lock_guard second(a);
    other.store(other.load() + 1);
  });
  one.join();
  two.join();
}

void overwrites_blindly() {
  atomic<int> last{0};
  std::vector<thread> threads;
  for (int i = 1; i <= 3; ++i)
    threads.emplace_back([&, i] {
      for (int k = 0; k < 3; ++k) {
        (void)last.load();
        last.store(i);
      }
    });
  for (thread& one : threads) one.join();
}

// Loses an update only where one of five has been overtaken by all others; who arrives last at the barrier shows.
void overwrites_late() {
  shared<int> count{0, "count"};
  atomic<int> ended{0};
  barrier together(2);
  std::vector<thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { ended.fetch_add(1); });
  thread last([&] {
    together.arrive_and_wait();
    if (ended.load() == 4) count = count + 1;
  });
  together.arrive_and_wait();
  if (ended.load() == 4) count = count + 1;
  for (thread& one : threads) one.join();
  last.join();
}

TEST(Workers, of_any_number_find_and_count_the_same) {
  for (const auto& body : {&increments_and_locks_out_of_order, &overwrites_blindly})
    for (const char* const strategy : {"mixed", "random", "pct", "round_robin", "exhaustive", "dpor"}) {
      const std::string here = told(explore(scenario(body), with(strategy, 0)));
      EXPECT_NE(here.find("executions"), std::string::npos);
      for (const std::size_t jobs : {1U, 2U, 3U})
        EXPECT_EQ(told(explore(scenario(body), with(strategy, jobs))), here) << strategy << ", " << jobs << " workers";
    }
}

// Programs with so many classes that what is left is dealt out in parts, and of what only some of them show.
TEST(Workers, of_any_number_explore_the_same_parts) {
  const std::pair<testing::Body, std::uint64_t> programs[] = {
      {testing::counters(3, 3), 1'680}, {testing::lastzero(10), 3'328}, {testing::readers(10), 1'024},
      {testing::waiters(3, 2), 792},    {&overwrites_late, 0},
  };
  for (const auto& [body, classes] : programs) {
    const CampaignResult alone = explore(scenario(body), with("dpor", 0, 10'000));
    EXPECT_TRUE(alone.exhausted);
    EXPECT_EQ(alone.executions, classes == 0 ? alone.executions : classes);
    EXPECT_GT(alone.executions, 500U);
    for (const std::size_t jobs : {1U, 2U, 3U})
      EXPECT_EQ(told(explore(scenario(body), with("dpor", jobs, 10'000))), told(alone)) << jobs << " workers";
    // Stopped at a number of executions, not at the end of a round.
    EXPECT_EQ(told(explore(scenario(body), with("dpor", 2, 777))), told(explore(scenario(body), with("dpor", 0, 777))));
  }
}

// The default: first dpor, then the others.
TEST(Workers, of_any_number_find_the_same_in_phases) {
  for (const auto& body : {&increments_and_locks_out_of_order, &overwrites_blindly}) {
    CampaignOptions options = with("mixed", 0, 1'000);
    options.mixed = MixedSearch::reduction_first;
    const std::string here = told(explore(scenario(body), options));
    for (const std::size_t jobs : {1U, 2U, 3U}) {
      options.jobs = jobs;
      EXPECT_EQ(told(explore(scenario(body), options)), here) << jobs << " workers";
    }
  }
}

TEST(Workers, of_any_number_end_at_the_same_first_finding) {
  const auto rare = [] {
    atomic<int> x{0};
    thread one([&] {
      for (int i = 0; i < 6; ++i) x.fetch_add(1);
    });
    thread two([&] {
      const int seen = x.load();
      check(seen != 3 || x.load() != 3 || x.load() != 5, "never");
    });
    one.join();
    two.join();
  };
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CampaignOptions options = with("random", 0, 5'000);
    options.stop_at_first = true;
    options.seed = seed;
    const CampaignResult here = explore(scenario(rare), options);
    ASSERT_EQ(names_of(here), Names{"failed-check"});
    EXPECT_EQ(here.executions, here.bugs[0].execution + 1);
    for (const std::size_t jobs : {1U, 2U, 3U}) {
      options.jobs = jobs;
      EXPECT_EQ(told(explore(scenario(rare), options)), told(here)) << jobs << " workers";
    }
  }
}

RC_GTEST_PROP(Workers, find_the_same_in_random_programs, (const testing::Program& program)) {
  testing::Runner runner(program);
  const Scenario random = scenario([&] { runner.body(); });
  const std::string here = told(explore(random, with("mixed", 0, 150)));
  RC_ASSERT(told(explore(random, with("mixed", 2, 150))) == here);
}

TEST(Workers, pass_on_what_an_execution_throws) {
  int runs = 0;
  const Scenario remembers = scenario([&] {
    atomic<int> x{0};
    if (++runs % 2 == 0) x.store(1);
    (void)x.load();
  });
  EXPECT_THROW(explore(remembers, with("mixed", 2)), NondeterminismError);
  EXPECT_EQ(runs, 0) << "nothing has been run in this process";
  const Scenario misuses = scenario([] {
    static mutex kept;
    kept.lock();
    kept.unlock();
  });
  EXPECT_THROW(explore(misuses, with("mixed", 2)), UsageError);
}

TEST(RoundSizes, grow_and_depend_on_nothing_but_what_has_been_executed) {
  std::uint64_t executed = 0;
  std::uint64_t last = 0;
  for (int round = 0; round < 12; ++round) {
    const RoundSize size = round_after(executed);
    EXPECT_GE(size.executions, last);
    EXPECT_EQ(size.executions % size.in_job, 0U);
    last = size.executions;
    executed += size.executions;
  }
  EXPECT_EQ(round_after(0).executions, 32U);
  EXPECT_EQ(last, 8192U);
}

// ---- Deaths ----------------------------------------------------------------------------------------------------

// Not null, which the undefined-behaviour sanitizer would catch first: an address that nobody maps.
int* volatile nowhere = reinterpret_cast<int*>(std::uintptr_t{0x8000});
volatile bool for_ever = true;

[[gnu::noinline]] int dig(int depth) {
  volatile char room[1000];
  room[0] = static_cast<char>(depth);
  return depth == 0 ? room[0] : dig(depth + 1) + room[0];
}

// Dies in executions in which the second thread comes first, and loses an update in others.
Scenario dying(std::function<void()> death) {
  return scenario([death] {
    atomic<int> x{0};
    shared<int> count{0, "count"};
    thread one([&] {
      x.store(1);
      count = count + 1;
    });
    thread two([&] {
      if (x.load() == 0) {
        this_thread::yield();
        if (x.load() == 1) death();
      }
      count = count + 1;
    });
    one.join();
    two.join();
  });
}

enum class Steps : std::uint8_t { told, unknown };

struct Dying {
  const char* name;
  const char* finding;
  std::string what;
  Steps steps;  ///< whether the report can show what led there
  std::function<void()> death;
};

std::vector<Dying> ways_to_die() {
  return {
    {"a bad pointer", "crash", "crashed (segmentation fault at step", Steps::told, [] { *nowhere = 1; }},
        {"abort", "crash", "crashed (abort at step", Steps::told, [] { std::abort(); }},
        {"exit", "crash", "ended the process with exit() or quick_exit()", Steps::told, [] { std::exit(0); }},
        {"_exit", "crash", "the process ended with exit code 7", Steps::unknown, [] { _exit(7); }},
        {"a signal", "crash", "the process was ended by signal 24", Steps::unknown,
         [] {
           std::signal(SIGXCPU, SIG_DFL);
           std::raise(SIGXCPU);
         }},
        {"recursion", "stack-overflow", "used up its stack", Steps::told, [] { dig(1); }},
        {"an endless loop", "endless-loop", "reaches no scheduling point", Steps::told,
         [] {
           while (for_ever) {}
         }},
#if !defined(SNAG_ADDRESS_SANITIZER)  // which keeps memory of its own
        {"memory", "out-of-memory", "used more memory than it may", Steps::unknown,
         [] {
           std::vector<std::unique_ptr<std::string>> hoard;
           for (;;) hoard.push_back(std::make_unique<std::string>(1 << 20, 'x'));
         }},
#endif
    {
      "SIGKILL", "crash", "the process was killed (SIGKILL), time and again", Steps::unknown,
          [] { std::raise(SIGKILL); }
    }
  };
}

CampaignOptions short_lived(std::size_t jobs, double hang_seconds = 0.05) {
  CampaignOptions options = with("mixed", jobs, 60);
  options.hang_seconds = hang_seconds;
  options.memory = 64UL << 20;
  return options;
}

class Deaths : public ::testing::TestWithParam<Dying> {
 protected:
  // Who dies in another way is not to be taken for hung because the machine is busy.
  CampaignOptions options(std::size_t jobs) const {
    return short_lived(jobs, std::string_view(GetParam().finding) == "endless-loop" ? 0.05 : 5);
  }
};

TEST_P(Deaths, are_findings_and_the_campaign_goes_on) {
  const Scenario dies = dying(GetParam().death);
  const CampaignResult result = explore(dies, options(2));
  EXPECT_TRUE(result.executions == 60 || result.crashed_too_often) << result.executions;
  EXPECT_GE(result.executions, 7U);
  std::size_t deaths = 0;
  bool lost_update = false;
  for (const Bug& bug : result.bugs) {
    lost_update = lost_update || bug.finding.checker == "lost-update";
    if (!bug.ends_process) continue;
    ++deaths;
    EXPECT_EQ(bug.finding.checker, GetParam().finding);
    ASSERT_FALSE(bug.finding.sentence.parts().empty());
    const std::string sentence = std::get<std::string>(bug.finding.sentence.parts()[0]);
    EXPECT_NE(sentence.find(GetParam().what), std::string::npos) << sentence;
  }
  EXPECT_EQ(deaths, 1U) << "one name, one place, one bug";
  EXPECT_TRUE(lost_update);
  EXPECT_EQ(told(explore(dies, options(1))), told(result)) << "and the same with one worker";
}

TEST_P(Deaths, are_told_with_the_steps_that_led_there) {
  const Scenario dies = dying(GetParam().death);
  const CampaignResult result = explore(dies, options(2));
  const auto bug = std::ranges::find(result.bugs, true, &Bug::ends_process);
  ASSERT_NE(bug, result.bugs.end());
  const std::optional<Narrative> narrative = narrate_in_child(dies, *bug);
  ASSERT_EQ(narrative.has_value(), GetParam().steps == Steps::told);
  if (!narrative) return;
  const std::vector<Event>& events = narrative->trace.events;
  const auto died =
      std::ranges::find(events, OperationKind::program_failed, [](const Event& e) { return e.operation.kind; });
  ASSERT_NE(died, events.end());
  ASSERT_FALSE(narrative->places[died->step].empty());
  EXPECT_TRUE(narrative->places[died->step].front().file.ends_with("workers_test.cpp"));
  const auto saw = std::find_if(events.begin(), died, [&](const Event& e) {
    return e.operation.kind == OperationKind::load && e.thread == died->thread && e.after == 1;
  });
  EXPECT_NE(saw, died) << "what made it die";
}

// What is run again in a process of its own dies again.
TEST_P(Deaths, replay_by_their_token) {
  const Scenario dies = dying(GetParam().death);
  const CampaignResult result = explore(dies, options(1));
  for (const Bug& bug : result.bugs) {
    if (!bug.ends_process) continue;
    const Token token = parse_token(format_token(bug.token));
    const auto lived = run_in_child(dies, [&] {
      const ProcessWatch watch({0.05, 64UL << 20});
      const Reproduction again = reproduce(dies, token, Detail::trace_only);
      return std::string(again.divergence ? "diverged" : "lived");
    });
    EXPECT_EQ(lived.value_or("died"), "died");
    return;
  }
  FAIL() << "nobody died";
}

TEST_P(Deaths, do_not_end_an_exhaustive_search) {
  for (const char* const strategy : {"exhaustive", "dpor"}) {
    CampaignOptions options = short_lived(1);
    options.strategy = strategy;
    options.executions = 100'000;
    const CampaignResult result = explore(dying(GetParam().death), options);
    EXPECT_FALSE(result.exhausted);
    bool died = false;
    for (const Bug& bug : result.bugs) died = died || bug.ends_process;
    EXPECT_TRUE(died) << strategy;
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Deaths, ::testing::ValuesIn(ways_to_die()), [](const auto& way) {
  std::string name = way.param.name;
  for (char& letter : name)
    if (letter == ' ') letter = '_';
  return name;
});

TEST(Executions, that_all_die_are_counted) {
  const Scenario dies = scenario([] {
    atomic<int> x{0};
    thread one([&] {
      x.store(1);
      *nowhere = 1;
    });
    one.join();
  });
  const CampaignResult result = explore(dies, with("random", 2, 40));
  EXPECT_EQ(result.executions, 40U);
  EXPECT_EQ(names_of(result), Names{"crash"});
  EXPECT_EQ(result.bugs[0].execution, 0U);
}

TEST(Executions, that_take_long_to_die_end_the_campaign_when_there_are_too_many) {
  const Scenario loops = dying([] {
    while (for_ever) {
      if (for_ever) continue;
      dig(0);
    }
  });
  CampaignOptions options = short_lived(2);
  options.executions = 1'000;
  const CampaignResult result = explore(loops, options);
  EXPECT_TRUE(result.crashed_too_often);
  EXPECT_LT(result.executions, 200U);
  options.jobs = 1;
  EXPECT_EQ(told(explore(loops, options)), told(result)) << "wherever in the loop they were interrupted";
}

TEST(Executions, that_die_end_a_campaign_that_ends_at_the_first_finding) {
  CampaignOptions options = with("random", 2, 1'000);
  options.stop_at_first = true;
  const Scenario dies = scenario([] {
    atomic<int> x{0};
    thread one([&] { x.store(1); });
    if (x.load() == 1) *nowhere = 1;
    one.join();
  });
  const CampaignResult result = explore(dies, options);
  EXPECT_EQ(names_of(result), Names{"crash"});
  EXPECT_EQ(result.executions, result.bugs[0].execution + 1);
}

// ---- Kills -----------------------------------------------------------------------------------------------------

// A campaign whose workers are killed at random moments, so many times.
std::string told_with_kills(const Scenario& of, CampaignOptions options, int kills, std::uint64_t& lost) {
  JobRunner runner(of, options);
  Rounds rounds(of, options);
  WorkerPool pool(options, runner);
  std::uint64_t state = 1;
  pool.run(rounds, [&](const JobProgress&) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const std::vector<pid_t> alive = pool.processes();
    if (kills > 0 && (state >> 33) % 3 == 0 && !alive.empty()) {
      ::kill(alive[(state >> 40) % alive.size()], SIGKILL);
      --kills;
    }
    return true;
  });
  lost = pool.lost();
  return told(rounds.result());
}

TEST(Kills, at_random_moments_lose_nothing) {
  const char* const many = std::getenv("SNAG_KILLS");  // set by tests/long
  const int kills = many == nullptr ? 30 : std::atoi(many);
  const Scenario finds = scenario(&increments_and_locks_out_of_order);
  std::uint64_t lost_in_all = 0;
  for (std::uint64_t seed = 1; lost_in_all < static_cast<std::uint64_t>(kills); ++seed) {
    CampaignOptions options = with("mixed", 0, 5'000);
    options.seed = seed;
    const std::string here = told(explore(finds, options));
    options.jobs = 2;
    std::uint64_t lost = 0;
    ASSERT_EQ(told_with_kills(finds, options, kills, lost), here) << "seed " << seed << ", " << lost << " killed";
    lost_in_all += lost;
  }
}

TEST(Kills, of_who_explores_parts_lose_nothing) {
  const Scenario counts = scenario(testing::counters(3, 4));
  const std::string here = told(explore(counts, with("dpor", 0, 100'000)));
  std::uint64_t lost_in_all = 0;
  while (lost_in_all < 10) {
    std::uint64_t lost = 0;
    ASSERT_EQ(told_with_kills(counts, with("dpor", 2, 100'000), 10, lost), here) << lost << " killed";
    lost_in_all += lost;
  }
}

TEST(Kills, of_a_search_that_is_one_job_make_it_begin_anew) {
  const Scenario finds = scenario([] {
    shared<int> count{0, "count"};
    const auto add = [&] {
      for (int i = 0; i < 6; ++i) count = count + 1;
    };
    thread one(add), two(add);
    one.join();
    two.join();
  });
  // Long enough to be killed, however fast the machine is.
  std::uint64_t lost = 0;
  for (std::uint64_t executions = 3'000; lost == 0; executions *= 2) {
    CampaignOptions options = with("exhaustive", 0, executions);
    const std::string here = told(explore(finds, options));
    options.jobs = 1;
    ASSERT_EQ(told_with_kills(finds, options, 5, lost), here);
  }
}

// ---- Stopping --------------------------------------------------------------------------------------------------

Scenario endless(int steps) {
  return scenario([steps] {
    atomic<int> x{0};
    shared<int> count{0, "count"};
    const auto work = [&] {
      count = count + 1;
      for (int i = 0; i < steps; ++i) x.fetch_add(1);
    };
    thread one(work), two(work);
    one.join();
    two.join();
  });
}

// How long campaigns go on beyond a cap of 0.3 s, in seconds. The machine may be loaded: the best of ten counts.
double least_time_beyond_the_cap(const Scenario& of, CampaignOptions options,
                                 const std::function<void(const CampaignResult&)>& look_at) {
  options.seconds = 0.3;
  double least = 1000;
  for (int tries = 0; tries < 10 && least > 0.1; ++tries) {
    const CampaignResult result = explore(of, options);
    EXPECT_TRUE(result.time_capped);
    least = std::min(least, result.seconds - options.seconds);
    look_at(result);
  }
  return least;
}

TEST(Stopping, by_the_time_cap_keeps_what_is_known_and_takes_100_ms_at_most) {
  for (const char* const strategy : {"mixed", "exhaustive", "dpor"}) {
    const auto look_at = [&](const CampaignResult& result) {
      EXPECT_EQ(names_of(result), Names{"lost-update"}) << strategy;
      EXPECT_GT(result.executions, 10U);
    };
    EXPECT_LE(least_time_beyond_the_cap(endless(20), with(strategy, 2, 100'000'000), look_at), 0.1) << strategy;
  }
}

TEST(Stopping, of_workers_in_long_executions_takes_100_ms_at_most) {
  CampaignOptions options = with("random", 2, 100'000'000);
  options.steps_max = 100'000'000;
  EXPECT_LE(least_time_beyond_the_cap(endless(10'000'000), options, [](const CampaignResult&) {}), 0.1);
}

TEST(Stopping, kills_who_does_not_answer_and_keeps_what_it_had_found) {
  CampaignOptions options = with("random", 1, 1'000);
  options.seconds = 0.5;
  options.hang_seconds = 1000;
  int number = 0;
  const Scenario hangs = scenario([&] {
    increments_and_locks_out_of_order();
    if (++number == 200)
      while (for_ever) {}
  });
  const CampaignResult result = explore(hangs, options);
  EXPECT_TRUE(result.time_capped);
  EXPECT_FALSE(result.bugs.empty());
  EXPECT_LT(result.executions, 1'000U);
}

TEST(Stopping, by_the_progress_function_is_an_interruption) {
  CampaignOptions options = with("random", 2, 100'000'000);
  const CampaignResult result =
      explore(endless(20), options, [&](const Progress& progress) { return progress.executions == 0; });
  EXPECT_TRUE(result.interrupted);
  EXPECT_GT(result.executions, 0U);
}

// They hold the end of a pipe that this process reads from, so it comes to its end when all are gone.
TEST(Workers, die_with_whoever_began_the_campaign) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    (void)explore(endless(20), with("random", 2, 1'000'000'000), [&](const Progress& progress) {
      if (progress.executions > 0 && ::write(ends[1], "x", 1) != 1) _exit(2);
      return true;
    });
    _exit(1);
  }
  ::close(ends[1]);
  char running = 0;
  ASSERT_EQ(::read(ends[0], &running, 1), 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ssize_t count = 1;
  while (count > 0) count = ::read(ends[0], &running, 1);
  EXPECT_EQ(count, 0);
  ::close(ends[0]);
}

TEST(Workers, leave_no_process_behind) {
  (void)explore(endless(3), with("random", 2, 100));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace snag
