// A measuring thread (low) uses the bus for 10 ms; a control thread (high) needs it from time 2 on; a sending thread
// (middle), which has nothing to do with the bus, computes for 100 ms from time 4 on.
#include "interface.h"

namespace solution {

using namespace std::chrono_literals;

void scenario() {
  snag::set_priority(10);  // the body is no part of the competition
  auto bus = make_bus();
  snag::thread measuring = snag::thread_with_priority(0, [&] { bus->use(10ms); });
  snag::thread control = snag::thread_with_priority(2, [&] {
    snag::this_thread::sleep_for(2ms);
    const auto asked = snag::steady_clock::now();
    bus->use(1ms);
    snag::check(snag::steady_clock::now() - asked <= 15ms, "control is done with the bus within 15 ms");
  });
  snag::thread sending = snag::thread_with_priority(1, [&] {
    snag::this_thread::sleep_for(4ms);
    snag::work(100ms);
  });
  snag::name(measuring, "measuring");
  snag::name(control, "control");
  snag::name(sending, "sending");
  measuring.join();
  control.join();
  sending.join();
}

}  // namespace solution
