// Two threads ask for the configuration and use it.
#include "interface.h"

namespace solution {
namespace {

// Asks, looks, and says which configuration it was.
const Configuration* use(Lazy& lazy) {
  Configuration& configuration = lazy.get();
  snag::check(configuration.port == 8080, "the configuration is completely made when somebody gets it");
  return &configuration;
}

}  // namespace

void scenario() {
  auto lazy = make_lazy();
  const Configuration* one = nullptr;  // each is written by one thread and read after its join
  const Configuration* other = nullptr;
  snag::thread first([&] { one = use(*lazy); });
  snag::thread second([&] { other = use(*lazy); });
  first.join();
  second.join();
  snag::check(one == other, "there is only one configuration");
}

}  // namespace solution
