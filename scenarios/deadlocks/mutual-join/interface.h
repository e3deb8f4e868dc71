// Two guests who came together and want to leave together.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// What the two guests share.
class Party {
 public:
  virtual ~Party() = default;
  /// Called by each guest once, when it has finished: returns when the other one has finished, too.
  /// `other` is the thread of the other guest; it may be joined here, or not.
  virtual void leave_together(snag::thread& other) = 0;
};

/// What a variant implements.
std::unique_ptr<Party> make_party();

}  // namespace solution
