// A configuration that is made when somebody first asks for it.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The configuration. It does not change once it is made.
struct Configuration {
  Configuration() { port = 8080; }

  snag::shared<int> port{0, "port"};
};

/// Makes the configuration once. Any thread may ask at any time.
class Lazy {
 public:
  virtual ~Lazy() = default;
  /// The configuration, completely made, the same for everybody.
  virtual Configuration& get() = 0;
};

/// What a variant implements.
std::unique_ptr<Lazy> make_lazy();

}  // namespace solution
