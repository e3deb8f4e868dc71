// Two threads publish different statuses; either may end up being shown.
#include "interface.h"

namespace solution {

void scenario() {
  auto status = make_status();
  snag::thread first([&] { status->publish(1); });
  snag::thread second([&] { status->publish(2); });
  first.join();
  second.join();
  const int shown = status->current();
  snag::check(shown == 1 || shown == 2, "what is shown was published");
}

}  // namespace solution
