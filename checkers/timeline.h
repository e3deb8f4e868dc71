// Who had the processor when, under scheduling by priority, told from the events alone: which thread runs, which stand
// ready, which wait. Time passes only in work and while nobody can run, so each change of state has one moment.
#pragma once

#include "harness/trace/finding.h"
#include "harness/trace/trace.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace snag {

/// What a thread does, and since when. No state: it has not been started, or has ended.
struct Position {
  std::optional<Slice::State> state = {};
  std::uint64_t since = 0;  ///< virtual ns
  Step step = no_step;      ///< the event that shows it: its own last one, its spawn, or that it waits or is ready
  int priority = 0;         ///< its own, without what locks give it
};

/// The timeline of one execution.
class Timeline {
 public:
  /// Forgets the last execution, keeping memory.
  void begin();
  void observe(const Event& event);

  std::uint64_t now() const { return now_; }
  Position position(ThreadIndex thread) const { return thread < lines_.size() ? lines_[thread].position : Position{}; }
  ThreadIndex threads() const { return static_cast<ThreadIndex>(lines_.size()); }
  /// All stretches of time up to now, by thread and time. Stretches of no length are left out.
  std::vector<Slice> slices() const;
  /// Who ran between two moments, the thread itself left out; who ran longest comes first.
  std::vector<Rival> ran_between(std::uint64_t from, std::uint64_t to, ThreadIndex left_out) const;

 private:
  struct Line {
    Position position;
    std::vector<Slice> past;
  };
  Line& line(ThreadIndex thread);
  void run(ThreadIndex thread, Step step);
  void set(ThreadIndex thread, std::optional<Slice::State> state, Step step);
  void pass_until(std::uint64_t time);

  std::vector<Line> lines_;  // by thread
  std::uint64_t now_ = 0;
  ThreadIndex running_ = no_thread;  // who was the last to run
};

}  // namespace snag
