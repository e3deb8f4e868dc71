// An object that several threads own: each owner counts itself in.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// How many owners an object has. It starts with one.
class ReferenceCount {
 public:
  virtual ~ReferenceCount() = default;
  /// One more owner. Any thread may call this at any time.
  virtual void acquire() = 0;
  /// How many owners there are now.
  virtual int owners() = 0;
};

/// What a variant implements.
std::unique_ptr<ReferenceCount> make_reference_count();

}  // namespace solution
