// A gate that one thread closes and another opens.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A gate, open at first. It is closed once, opened once and passed once, by three different threads.
class Gate {
 public:
  virtual ~Gate() = default;
  /// Closes the gate.
  virtual void close() = 0;
  /// Opens the closed gate.
  virtual void open() = 0;
  /// Waits until the gate is open. What was done before it was opened is visible afterwards.
  virtual void pass() = 0;
};

/// What a variant implements.
std::unique_ptr<Gate> make_gate();

}  // namespace solution
