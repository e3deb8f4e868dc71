// The gate is closed, one thread prepares something and opens it, another passes and looks.
#include "interface.h"

namespace solution {

void scenario() {
  auto gate = make_gate();
  snag::shared<int> prepared{0, "prepared"};
  gate->close();
  snag::thread keeper([&] {
    prepared = 42;
    gate->open();
  });
  snag::thread visitor([&] {
    gate->pass();
    snag::check(prepared == 42, "who passes the gate sees what was prepared");
  });
  keeper.join();
  visitor.join();
}

}  // namespace solution
