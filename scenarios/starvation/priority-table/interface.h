// Tasks with a priority and a burst each, and the table in which is written down when they ran.
#pragma once

#include <snag/snag.h>

#include <chrono>
#include <vector>

namespace solution {

/// One task. The higher its priority, the more urgent it is.
struct Task {
  int priority;
  std::chrono::milliseconds burst;  ///< for how long it uses the processor
};

/// The tasks, all there from the start, and when each began and ended.
class Table {
 public:
  explicit Table(std::vector<Task> tasks) : tasks_(std::move(tasks)), began_(tasks_.size()), ended_(tasks_.size()) {}
  const std::vector<Task>& tasks() const { return tasks_; }
  /// Does the work of the task with this index, and writes down when.
  void work_on(std::size_t task) {
    began_[task] = snag::steady_clock::now().time_since_epoch();
    snag::work(tasks_[task].burst);
    ended_[task] = snag::steady_clock::now().time_since_epoch();
  }
  std::chrono::nanoseconds began(std::size_t task) const { return began_[task]; }
  std::chrono::nanoseconds ended(std::size_t task) const { return ended_[task]; }

 private:
  std::vector<Task> tasks_;
  std::vector<std::chrono::nanoseconds> began_, ended_;
};

/// What a variant implements: starts a thread for each task, in the order of the table, which works on it.
std::vector<snag::thread> start(Table& table);

}  // namespace solution
