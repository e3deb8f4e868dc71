// A lock that serves in the order of coming, to be made from nothing but atomics.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A lock. At most one thread holds it at a time.
class Lock {
 public:
  virtual ~Lock() = default;
  virtual void lock() = 0;
  virtual void unlock() = 0;
};

/// What a variant implements.
std::unique_ptr<Lock> make_lock();

}  // namespace solution
