// Select goes off while somebody watches the lamp. Both inputs are on, so the lamp has no reason to flicker.
#include "interface.h"

namespace solution {

void scenario() {
  auto circuit = make_circuit();
  snag::thread upper([&] { circuit->settle_upper(); });
  snag::thread lower([&] { circuit->settle_lower(); });
  snag::check(circuit->output(), "the lamp stays on");
  upper.join();
  lower.join();
  snag::check(circuit->output(), "the lamp is on in the end");
}

}  // namespace solution
