// Settings that belong together: readers must see all of them from the same version.
#pragma once

#include <memory>

namespace solution {

/// One version of the settings. The port is always a thousand times the number.
struct Settings {
  int number;
  int port;
};

/// The current settings, version 1 at first. One thread changes them, any thread may read.
class Configuration {
 public:
  virtual ~Configuration() = default;
  /// Makes these the current settings. Never waits for a reader.
  virtual void change(Settings settings) = 0;
  /// The current settings, all of the same version. Never waits for the writer.
  virtual Settings current() = 0;
};

/// What a variant implements.
std::unique_ptr<Configuration> make_configuration(Settings first);

}  // namespace solution
