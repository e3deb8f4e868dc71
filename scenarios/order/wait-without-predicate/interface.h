// A result that one thread computes and another waits for.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A result, not there at first. One thread sets it, once; another gets it, once.
class Result {
 public:
  virtual ~Result() = default;
  /// Sets the result.
  virtual void set(int value) = 0;
  /// Waits until the result is there and returns it.
  virtual int get() = 0;
};

/// What a variant implements.
std::unique_ptr<Result> make_result();

}  // namespace solution
