// A status line that shows what was said last.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A status. Any thread may call any member at any time.
class Status {
 public:
  virtual ~Status() = default;
  /// Shows this status from now on, whatever was shown before.
  virtual void publish(int status) = 0;
  /// What is shown.
  virtual int current() = 0;
};

/// What a variant implements. At first 0 is shown.
std::unique_ptr<Status> make_status();

}  // namespace solution
