// Jobs in a queue, for several workers.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The jobs. Workers take them until there are no more to come.
class Jobs {
 public:
  static constexpr int none = 0;

  virtual ~Jobs() = default;
  /// Adds a job, which is not `none`.
  virtual void add(int job) = 0;
  /// Says that no jobs will be added any more. Called once, by the thread that adds.
  virtual void close() = 0;
  /// The next job; waits for one. `none` when there are no more to come. Any number of workers may call this.
  virtual int next() = 0;
};

/// What a variant implements.
std::unique_ptr<Jobs> make_jobs();

}  // namespace solution
