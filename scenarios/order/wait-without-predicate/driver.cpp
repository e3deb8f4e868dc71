// One thread sets a result, another waits for it.
#include "interface.h"

namespace solution {

void scenario() {
  auto result = make_result();
  snag::thread reader([&] { snag::check(result->get() == 42, "get returns what was set"); });
  snag::thread worker([&] { result->set(42); });
  reader.join();
  worker.join();
}

}  // namespace solution
