// The count of a museum's visitors.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// Counts visitors. Any thread may call any member at any time.
class VisitorCount {
 public:
  virtual ~VisitorCount() = default;
  /// One more visitor.
  virtual void enter() = 0;
  /// How many there were so far.
  virtual int total() = 0;
};

/// What a variant implements.
std::unique_ptr<VisitorCount> make_visitor_count();

}  // namespace solution
