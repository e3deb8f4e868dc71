// What checkers say of their interest costs no finding: on random programs they find the same whether they are shown the
// events that concern them or all there are.
#include "checkers/all.h"
#include "harness/execution/execution.h"
#include "harness/strategies/random.h"
#include "tests/support/random_program.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <snag/snag.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace snag {
namespace {

using snag::testing::RichProgram;
using snag::testing::Runner;

// Shows another checker everything.
class ShownAll : public Checker {
 public:
  explicit ShownAll(std::unique_ptr<Checker> checker) : checker_(std::move(checker)) {}
  void begin() override { checker_->begin(); }
  void observe(const Event& event, const Observation& seen, Findings& findings) override {
    checker_->observe(event, seen, findings);
  }
  void finish(const Outcome& outcome, const Observation& seen, Findings& findings) override {
    checker_->finish(outcome, seen, findings);
  }

 private:
  std::unique_ptr<Checker> checker_;
};

using Told = std::tuple<std::string, Certainty, Step, std::vector<ThreadIndex>, std::vector<ObjectIndex>,
                        std::vector<Step>, bool>;

// The findings and the steps of executions 0 to 19.
std::vector<std::pair<std::vector<Told>, std::size_t>> explore(const Scenario& scenario,
                                                               const std::vector<std::unique_ptr<Checker>>& checkers) {
  std::vector<std::pair<std::vector<Told>, std::size_t>> all;
  Execution execution({.steps_max = 500, .spurious_max = 1});
  RandomStrategy strategy(1);
  for (std::uint64_t number = 0; number < 20; ++number) {
    strategy.begin(number);
    std::vector<Told> told;
    for (const Finding& finding : execution.run(scenario, strategy, checkers).findings)
      told.emplace_back(finding.checker, finding.certainty, finding.step, finding.threads, finding.objects,
                        finding.steps, finding.stops_execution);
    all.emplace_back(std::move(told), execution.trace().events.size());
  }
  return all;
}

void check_costs_no_finding(const std::function<void()>& body) {
  const Scenario scenario{.name = "random program", .body = body, .starved_after_grants = 2};
  std::vector<std::unique_ptr<Checker>> shown_all;
  for (auto& checker : all_checkers()) shown_all.push_back(std::make_unique<ShownAll>(std::move(checker)));
  const auto expected = explore(scenario, shown_all);
  const auto found = explore(scenario, all_checkers());
  bool any = false;
  for (const auto& [told, steps] : expected) any = any || !told.empty();
  RC_CLASSIFY(any, "with findings");
  RC_ASSERT(found == expected);
}

RC_GTEST_PROP(InterestOfCheckers, costs_no_finding, (const RichProgram& program)) {
  Runner runner(program);
  check_costs_no_finding([&] { runner.body(); });
}

// One that has mutexes and condition variables only, and uses them rightly or wrongly: what is routine is routine here.
struct Locks {
  std::array<mutex, 3> mutexes;
  condition_variable condition;
  shared<int> value = 0;

  void act(unsigned char code) {
    mutex& chosen = mutexes[code / 8 % 3];
    switch (code % 8) {
      case 0:
      case 1: chosen.lock(); break;
      case 2:
      case 3: chosen.unlock(); break;
      case 4: static_cast<void>(chosen.try_lock()); break;
      case 5: {
        std::unique_lock lock(chosen, std::adopt_lock);
        condition.wait(lock);
        lock.release();
        break;
      }
      case 6:
        if (code / 8 % 2 == 0)
          condition.notify_one();
        else
          condition.notify_all();
        break;
      default: value = value + 1; break;
    }
  }
};

RC_GTEST_PROP(InterestOfCheckers, costs_no_finding_where_there_are_only_mutexes, ()) {
  const auto codes = *rc::gen::container<std::vector<std::vector<unsigned char>>>(
      3, rc::gen::container<std::vector<unsigned char>>(6, rc::gen::arbitrary<unsigned char>()));
  check_costs_no_finding([&] {
    Locks locks;
    std::vector<thread> threads;
    for (const auto& program : codes)
      threads.emplace_back([&locks, &program] {
        for (const unsigned char code : program) locks.act(code);
      });
    for (thread& each : threads) each.join();
  });
}

}  // namespace
}  // namespace snag
