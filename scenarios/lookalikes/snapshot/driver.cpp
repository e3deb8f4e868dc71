// Two readers, while the settings are changed.
#include "interface.h"

namespace solution {

void scenario() {
  auto configuration = make_configuration({1, 1000});
  const auto read = [&] {
    const Settings seen = configuration->current();
    snag::check(seen.port == 1000 * seen.number, "all settings are of the same version");
  };
  snag::thread one(read);
  snag::thread other(read);
  snag::thread writer([&] { configuration->change({2, 2000}); });
  one.join();
  other.join();
  writer.join();
  snag::check(configuration->current().number == 2, "the change is to be seen in the end");
}

}  // namespace solution
