// A circuit of gates that chooses between two inputs: output = (a and select) or (b and not select).
//
//   a ────────────┐
//                 AND ── upper ──┐
//   select ──┬────┘              OR ── output
//            NOT ─┐              │
//                 AND ── lower ──┘
//   b ────────────┘
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The circuit. At first all is settled: a, b and select are on, so the upper wire and the output are on and the lower
/// wire is off. Then select goes off. Signals take their time: the upper path is one gate long, the lower one two.
class Circuit {
 public:
  virtual ~Circuit() = default;
  /// Select goes off, seen from the upper path: its gate takes on its new value. Called once, by a thread of its own.
  virtual void settle_upper() = 0;
  /// Select goes off, seen from the lower path: its two gates take on their new values. Called once, by a thread of its
  /// own.
  virtual void settle_lower() = 0;
  /// What the lamp at the output shows. Whichever input is chosen, it is on. May be called at any time.
  virtual bool output() = 0;
};

/// What a variant implements.
std::unique_ptr<Circuit> make_circuit();

}  // namespace solution
