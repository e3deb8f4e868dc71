// The one processor that threads share where a scenario asks for scheduling by priority: who has it, who is ready for it
// and since when, how urgent each thread is with the locks that it holds, and how much work may be done in one go.
// It decides nothing: that is the strategy's part.
#pragma once

#include "harness/execution/thread.h"
#include "harness/trace/scheduling.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace snag {

/// Kept from execution to execution. Used only between begin(something) and the next begin.
class Processor {
 public:
  /// Forgets everything; nullopt: the scenario asks for no scheduling.
  void begin(const std::optional<Scheduling>& scheduling);
  bool in_use() const { return scheduling_.has_value(); }

  // At each decision: begin_round, then note for each live thread, then settle, then give_to.
  void begin_round(std::uint64_t now);
  /// Whether the thread could go on now.
  void note(const ControlledThread& thread, bool ready);
  /// Lets locks hand on priorities, which are those of the threads alone before.
  void settle(std::span<ControlledThread* const> live);
  /// What a strategy is to know.
  const ReadyThreads& ready() const { return ready_; }
  void give_to(const ControlledThread& thread);

  /// How much of the work that the running thread has left it may do before something may change: somebody's sleep
  /// ends, its quantum is over, another has waited long enough to be more urgent.
  std::uint64_t slice(const ControlledThread& running, std::uint64_t left,
                      std::span<ControlledThread* const> live) const;
  void work(const ControlledThread& running, std::uint64_t duration) { ready_.threads[running.index].used += duration; }

  /// The thread holds a lock whose protocol is not none, or no longer does.
  void hold(ThreadIndex thread, ObjectIndex lock, LockProtocol protocol, int ceiling);
  void let_go(ObjectIndex lock);

 private:
  struct Held {
    ObjectIndex lock;
    ThreadIndex holder;
    LockProtocol protocol;
    int ceiling;
  };
  struct State {
    bool seen = false;
    bool ready = false;
    bool yields = false;  // has published a yield
  };
  bool is_ready(ThreadIndex thread) const { return states_[thread].ready; }
  std::uint64_t until_overtaken(ThreadIndex running, ThreadIndex other) const;

  std::optional<Scheduling> scheduling_;
  ReadyThreads ready_;
  std::vector<State> states_;  // by thread
  std::vector<Held> held_;
  std::uint64_t orders_ = 0;       // given out so far
  std::uint64_t round_order_ = 0;  // of those that become ready in this round
  std::vector<int> priorities_;
  std::vector<Blocking> blockings_;
};

}  // namespace snag
