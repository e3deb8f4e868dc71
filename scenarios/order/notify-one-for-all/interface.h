// A starting gate behind which several runners wait.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A gate, closed at first. Any thread may call any member at any time.
class Gate {
 public:
  virtual ~Gate() = default;
  /// Waits until the gate is open.
  virtual void pass() = 0;
  /// Opens the gate for good: everybody may pass, those who wait and those who come later.
  virtual void open() = 0;
};

/// What a variant implements.
std::unique_ptr<Gate> make_gate();

}  // namespace solution
