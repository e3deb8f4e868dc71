// Optimal dynamic partial-order reduction (Abdulla, Aronsson, Jonsson, Sagonas, POPL 2014 and JACM 2017): one execution
// for each class of interleavings that differ in the order of independent operations only. After each execution the
// races in it say which other classes there must be, and the wake-up tree which of them are not planned yet.
// Differences: blocking operations race with the operation that they could have come before (for a lock the acquisition
// before, never the release), waiters that a notify wakes are values, and what only waits is no step at all.
#pragma once

#include "harness/strategies/dpor_log.h"
#include "harness/strategies/dpor_names.h"
#include "harness/strategies/dpor_tree.h"
#include "harness/strategies/strategy.h"
#include "harness/trace/dependence.h"
#include "harness/trace/scenario.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

namespace snag {

/// What executions came to.
struct DporCounts {
  std::uint64_t complete = 0;    ///< ran to their end
  std::uint64_t deadlocked = 0;  ///< ran until nobody could go: complete, too
  std::uint64_t cut_short = 0;   ///< by a finding, a crash or the step limit
  std::uint64_t blocked = 0;     ///< all that could go next had been explored: the rest is in vain
  std::uint64_t misplanned = 0;  ///< the plan could not be followed: an operation was not enabled where it was expected
  std::uint64_t redundant = 0;   ///< their class had been seen before (if asked for)
};

/// What an execution did that the reduction does not treat exactly: it may miss classes then, and proves nothing.
enum class Inexact : std::uint8_t {
  no,
  timed_in_ideal_time,  ///< gave up at a deadline in ideal time
  priorities,           ///< set priorities, or used the processor for a time
  daemons,              ///< a daemon thread started one that is none, for which the program's end waits
};

/// Whether to remember the classes seen, 16 bytes and more for each, so that redundant executions can be counted.
enum class CountRedundant : std::uint8_t { no, yes };

/// The strategy. Stateful: executions must be run one after another.
class DporStrategy : public Strategy {
 public:
  /// An execution that grows longer is taken to spin, and the exploration begins anew with threads that wait then.
  static constexpr Step events_without_spinning_max = 4'000;

  /// The execution must be run with the same budget of spurious wake-ups.
  explicit DporStrategy(std::uint32_t spurious_max = 0, TimeModel time = TimeModel::adversarial,
                        CountRedundant count_redundant = CountRedundant::no, SpinRule spinning = SpinRule::at_once);

  /// Explores the parts of a task, and no more. What it counts and has seen begins anew.
  void take_up(dpor::Task task);
  /// What has come of the task. After it there must be another before the next begin().
  dpor::TaskResult hand_back();

  bool begin(std::uint64_t number) override;
  std::optional<SpinRule> spinning() const override { return spinning_; }
  void watch(const Trace& trace) override;
  std::size_t choose_thread(const ThreadDecision& decision) override;
  std::uint32_t choose_value(const ValueDecision& decision) override;
  void cut_off(std::span<const Option> able, std::span<const Option> unable) override;
  void finish(const Ending& ending) override;
  void end(const Schedule& schedule, Step points) override;

  /// The first thing met that it does not treat exactly.
  Inexact inexact() const { return inexact_; }
  /// What has been seen that the program observes. When that grows, begin() starts anew.
  const Observed& observed() const { return observed_; }
  /// Whether operations were met that may fail, or end, for no reason, if spurious wake-ups are allowed.
  bool may_be_spurious() const { return may_be_spurious_; }
  /// Events of the longest execution.
  Step events_max() const { return events_max_; }
  /// Whether a thread that spun was made to wait for a change.
  bool has_awaited() const { return has_awaited_; }
  /// Whether the execution that has just ended tells nothing: the next begin() starts anew.
  bool starts_anew() const { return restarting_; }
  /// Whether begin() has answered that nothing is left: an execution of each class has been seen. Not so where a plan
  /// could not be followed: then what it was to lead to may have been missed.
  bool exhausted() const { return finished_ && !mismatch_ && counts_.misplanned == 0; }
  /// A replayed prefix met other operations than before: the scenario is nondeterministic. Tells the step, or none.
  std::optional<Step> mismatch() const { return mismatch_; }
  const DporCounts& counts() const { return counts_; }
  /// Executions that began before it was known what the program observes, and do not count.
  std::uint64_t preliminary() const { return preliminary_; }
  /// Part of the exploration that is done, 0 to 1, as far as the tree is known.
  double explored() const { return finished_ ? 1 : tree_.explored(); }
  /// The class of the execution that ended last, as a digest.
  std::uint64_t digest() const { return log_.digest(); }

 private:
  // A thread that waits to be notified. A timed one may also go on by itself.
  struct Waiter {
    ThreadIndex thread;
    bool timed;
  };
  // What must be known of an object to tell who enables whom.
  struct Use {
    std::vector<Waiter> waiters;           // condition variables and their like
    std::vector<dpor::StepName> enablers;  // latches: the arrivals; futures: who set the result
    std::vector<std::uint64_t> phases;     // barriers: of each of the enablers
    void clear() {
      waiters.clear();
      enablers.clear();
      phases.clear();
    }
  };
  // The value choice of the event under way.
  struct Asked {
    dpor::Value value = dpor::no_value;
    std::uint32_t options = 0;
  };
  // A choose() that has been executed before its place on the path came.
  struct Chosen {
    dpor::Position position;  // no_position: beyond the plan
    dpor::Step step;
    std::uint32_t options;
    std::vector<dpor::StepName> enablers;
  };

  // What a thread was about to do when it was cut off, after `until` steps.
  struct CutOff {
    dpor::Step step;
    std::vector<dpor::StepName> enablers;
    dpor::Position until;
  };

  bool advance();
  void follow(Step until);
  void take_end();
  dpor::Step pending_step(const Option& option);
  void follow_spinning(Step until);
  void take(const Event& event);
  void take_step(const Event& event);
  void take_choose(const Event& event);
  void take_join(const Event& event);
  void pass_chosen();
  void place_chosen(const Chosen& chosen);
  void place_late();
  void give_up_plan();
  void place(const dpor::Step& step, ThreadIndex thread);
  Accesses accesses_of(const Operation& operation, ThreadIndex thread) const;
  bool is_step(const Operation& operation, ThreadIndex thread) const;
  bool is_noted(const Event& join) const;
  bool is_end(const Operation& operation) const;
  bool is_joiner(ThreadIndex thread) const;
  void notice_joiner(ThreadIndex thread);
  dpor::Label label_of(const Operation& operation, ThreadIndex thread);
  Use& use_of(ObjectIndex object);
  void make_room();
  std::int64_t limit_of(const Operation& operation) const;
  std::span<const ObjectIndex> awaited_by(ThreadIndex thread) const;
  void note_changes(dpor::Step& step, const Event& event);
  void note_awaited(dpor::Step& step, ThreadIndex thread);
  std::size_t default_of(const ThreadDecision& decision) const;
  void enable(ThreadIndex thread, ThreadIndex by);
  void follow_thread(ThreadIndex thread, ThreadIndex ended);
  void wake(Use& use, ThreadIndex thread, ThreadIndex by);
  bool is_waiting(const Operation& operation, ThreadIndex thread);
  void arrive(const Event& event);
  void notice(const Operation& operation);
  void restart();
  void analyse();
  void count(const Ending& ending);
  std::vector<ThreadIndex> waiters_by_identity(ObjectIndex object);

  dpor::Names names_;
  dpor::WakeupTree tree_;
  dpor::EventLog log_;
  DporCounts counts_;
  Observed observed_;
  // Loops are taken to end by themselves, until an execution grows so long that somebody must be spinning.
  SpinRule spinning_;
  bool restarting_ = false;
  bool finished_ = false;
  TimeModel time_;
  CountRedundant count_redundant_;
  Inexact inexact_ = Inexact::no;
  bool has_awaited_ = false;
  bool may_be_spurious_ = false;
  Step events_max_ = 0;
  std::optional<Step> mismatch_;
  std::uint64_t preliminary_ = 0;
  std::unordered_set<std::uint64_t> seen_;
  // A task, if there is one: its parts that are left, and what has come of the others.
  bool has_task_ = false;
  std::shared_ptr<const dpor::Plans> above_;
  std::deque<dpor::Part> parts_;
  dpor::TaskResult done_;

  // The execution under way.
  const Trace* trace_ = nullptr;
  Step next_ = 0;          // event to follow
  dpor::Position at_ = 0;  // step of the path that comes next
  bool blocked_ = false;
  bool has_daemons_ = false;
  bool has_ended_ = false;  // the body's end has been followed
  Asked asked_;
  std::size_t next_await_ = 0, next_lull_ = 0;
  std::vector<std::uint32_t> awaiting_;                // by thread: number in Trace::awaits, if its next event waits
  std::vector<std::uint32_t> awaits_;                  // by thread: how often it has waited
  std::vector<std::uint8_t> leaves_at_once_;           // by thread: the last one to enter a barrier leaves it unasked
  std::vector<Step> last_events_;                      // of each thread; no_step: none
  std::vector<Step> ends_;                             // of each thread; no_step: it has not ended
  std::vector<std::uint32_t> steps_;                   // of each thread so far
  std::vector<std::vector<dpor::StepName>> enablers_;  // of each thread's next step
  std::vector<Use> uses_;                              // by object
  std::vector<Chosen> chosen_;
  std::vector<CutOff> cut_off_;
  std::vector<dpor::Value> alternatives_;
  dpor::Wish wish_;
  std::vector<std::uint32_t> unsettled_;
};

}  // namespace snag
