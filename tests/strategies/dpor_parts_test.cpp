// Partial-order reduction in parts that are explored apart from each other: the same classes as in one go, each once,
// whoever explores the parts and in whatever order.
#include "harness/campaign/coverage.h"
#include "harness/execution/execution.h"
#include "harness/strategies/dpor.h"
#include "harness/strategies/dpor_frontier.h"
#include "tests/support/class_oracle.h"
#include "tests/support/dpor_programs.h"
#include "tests/support/random_program.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace snag {
namespace {

using namespace snag::testing;

struct Explored {
  Classes classes;
  std::vector<ClassDigest> in_order;
  std::uint64_t executions = 0;
  std::uint64_t complete = 0, deadlocked = 0, blocked = 0, misplanned = 0;
  std::uint64_t parts = 0, rounds = 0;
  Observed observed;
};

// Small enough that small programs have many parts.
constexpr dpor::Dealing tiny{.round_least = 6, .round_most = 12, .task_least = 2, .tasks_most = 5, .parts_most = 3};

// Explores tasks in an order of its own, with two strategies in turn that have nothing in common.
class Explorer {
 public:
  // How executions are told apart: by the judge, or by the digest that campaigns use, which knows no limit.
  enum class Digest { of_the_judge, of_coverage };
  explicit Explorer(const Body& body, Digest digest = Digest::of_the_judge)
      : scenario_{.name = "test", .body = body}, digest_(digest) {}

  Explored explore(const dpor::Dealing& dealing, std::uint64_t seed) {
    std::mt19937_64 order(seed);
    dpor::Frontier frontier(dealing);
    Explored explored;
    while (!frontier.is_done()) {
      const std::vector<dpor::Share> shares = frontier.deal(1'000'000);
      std::vector<std::size_t> turns(shares.size());
      std::iota(turns.begin(), turns.end(), 0U);
      std::ranges::shuffle(turns, order);
      std::vector<Done> done(shares.size());
      for (const std::size_t turn : turns) done[turn] = run(shares[turn], strategies_[turn % 2]);
      ++explored.rounds;
      for (Done& task : done) {
        add(explored, task);
        if (frontier.merge(std::move(task.result), task.classes.size())) continue;
        explored = {};
        break;
      }
    }
    explored.parts = frontier.parts();
    return explored;
  }

 private:
  struct Done {
    dpor::TaskResult result;
    DporCounts counts;
    Observed observed;
    std::vector<std::pair<ClassDigest, Verdict>> classes;
  };

  Done run(const dpor::Share& share, DporStrategy& strategy) {
    Done done;
    strategy.take_up(share.task);
    while (done.classes.size() < share.executions && strategy.begin(done.classes.size())) {
      const ExecutionResult result = execution_.run(scenario_, strategy, {});
      EXPECT_FALSE(result.diverged);
      strategy.end(execution_.schedule(), result.points);
      done.classes.emplace_back(digest_ == Digest::of_coverage
                                    ? behaviour_.of(execution_.trace())
                                    : ClassDigester(strategy.observed())(execution_.trace(), Extent::whole),
                                result.verdict);
      if (strategy.starts_anew()) break;
    }
    done.counts = strategy.counts();
    done.observed = strategy.observed();
    done.result = strategy.hand_back();
    return done;
  }

  static void add(Explored& explored, const Done& done) {
    explored.executions += done.classes.size();
    for (const auto& found : done.classes) {
      explored.classes.insert(found);
      explored.in_order.push_back(found.first);
    }
    explored.complete += done.counts.complete;
    explored.deadlocked += done.counts.deadlocked;
    explored.blocked += done.counts.blocked;
    explored.misplanned += done.counts.misplanned;
    explored.observed = done.observed;
  }

  Scenario scenario_;
  Digest digest_;
  BehaviourDigest behaviour_;
  Execution execution_;
  std::array<DporStrategy, 2> strategies_;
};

RC_GTEST_PROP(PartialOrderReductionInParts, executes_each_class_of_random_programs_once, (const RichProgram& program)) {
  Runner runner(program);
  const auto body = [&] { runner.body(); };
  const auto order = *rc::gen::inRange<std::uint64_t>(0, 1'000);
  const Explored explored = Explorer(body).explore(tiny, order);
  RC_CLASSIFY(explored.parts > 1, "several parts");
  RC_CLASSIFY(explored.parts > 20, "over 20 parts");
  RC_ASSERT(explored.classes.size() == explored.executions);
  RC_ASSERT(explored.blocked == 0U);
  RC_ASSERT(explored.misplanned == 0U);
  RC_ASSERT(explored.classes == classes_by_brute_force(body, explored.observed));
}

RC_GTEST_PROP(PartialOrderReductionInParts, is_the_same_whoever_explores_a_part_and_when,
              (const RichProgram& program)) {
  Runner runner(program);
  const auto body = [&] { runner.body(); };
  const Explored one = Explorer(body).explore(tiny, 1);
  const Explored other = Explorer(body).explore(tiny, *rc::gen::inRange<std::uint64_t>(2, 1'000));
  RC_ASSERT(one.in_order == other.in_order);
}

TEST(PartialOrderReductionInParts, executes_each_class_once_in_programs_that_are_counted) {
  struct Program {
    const char* name;
    Body body;
    std::uint64_t complete;
    std::uint64_t deadlocked = 0;
  };
  const Program programs[] = {
      {"writers(6)", writers(6), 720},
      {"readers(10)", readers(10), 1'024},
      {"lastzero(10)", lastzero(10), 3'328},
      {"indexer(15)", indexer(15), 4'096},
      {"file_system(20)", file_system(20), 128},
      {"counters(3, 3)", counters(3, 3), 1'680},
      {"ordered philosophers(6)", philosophers(6, Table::ordered), 62},
      {"cyclic philosophers(5)", philosophers(5, Table::cyclic), 30, 1},
      {"waiters(2, 2)", waiters(2, 2), 28, 28},
      {"waiters(3, 2)", waiters(3, 2), 0, 792},
  };
  for (const Program& program : programs) {
    SCOPED_TRACE(program.name);
    for (const dpor::Dealing& dealing : {tiny, dpor::Dealing{}}) {
      const Explored explored = Explorer(program.body, Explorer::Digest::of_coverage).explore(dealing, 7);
      EXPECT_EQ(explored.complete, program.complete);
      EXPECT_EQ(explored.deadlocked, program.deadlocked);
      EXPECT_EQ(explored.classes.size(), explored.executions);
      EXPECT_EQ(explored.blocked, 0U);
      EXPECT_EQ(explored.misplanned, 0U);
    }
  }
}

}  // namespace
}  // namespace snag
