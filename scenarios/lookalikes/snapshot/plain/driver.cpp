// Two readers, while the settings are changed.
#include "interface.h"

#include <cassert>
#include <thread>

namespace solution {

void scenario() {
  auto configuration = make_configuration({1, 1000});
  const auto read = [&] {
    const Settings seen = configuration->current();
    assert(seen.port == 1000 * seen.number && "all settings are of the same version");
  };
  std::thread one(read);
  std::thread other(read);
  std::thread writer([&] { configuration->change({2, 2000}); });
  one.join();
  other.join();
  writer.join();
  assert(configuration->current().number == 2 && "the change is to be seen in the end");
}

}  // namespace solution
