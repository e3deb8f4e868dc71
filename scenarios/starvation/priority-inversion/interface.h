// A bus that threads of very different urgency share.
#pragma once

#include <snag/snag.h>

#include <chrono>
#include <memory>

namespace solution {

/// The bus. One thread uses it at a time.
class Bus {
 public:
  virtual ~Bus() = default;
  /// Uses the bus, and the processor, for so long.
  virtual void use(std::chrono::milliseconds duration) = 0;
};

/// What a variant implements. The most urgent thread that uses the bus has priority 2.
std::unique_ptr<Bus> make_bus();

}  // namespace solution
