// Two runners wait at the gate, the starter opens it.
#include "interface.h"

namespace solution {

void scenario() {
  auto gate = make_gate();
  snag::atomic<bool> fired{false};
  snag::name(fired, "starting shot");
  const auto run = [&] {
    gate->pass();
    snag::check(fired.load(), "nobody starts before the shot");
  };
  snag::thread first(run);
  snag::thread second(run);
  fired.store(true);
  gate->open();
  first.join();
  second.join();
}

}  // namespace solution
