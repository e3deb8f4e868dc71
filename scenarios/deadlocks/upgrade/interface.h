// A cache of one value that takes long to compute. Readers share a lock.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The long computation; part of the driver. It counts how often it is made.
class Computation {
 public:
  Computation() { snag::name(made_, "computations made"); }

  int make() {
    made_.fetch_add(1);
    return 42;
  }
  int made() { return made_.load(); }

 private:
  snag::atomic<int> made_{0};
};

/// The cache. Any thread may call get at any time.
class Cache {
 public:
  virtual ~Cache() = default;
  /// The value. It is computed at the first call, once; later calls do not keep each other waiting.
  virtual int get() = 0;
};

/// What a variant implements: a cache for the computation given.
std::unique_ptr<Cache> make_cache(Computation& computation);

}  // namespace solution
