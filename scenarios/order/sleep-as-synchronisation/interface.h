// A weather station: one thread measures, another reports.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// How long the thermometer needs.
constexpr std::chrono::milliseconds thermometer_time{10};

/// A weather station. One thread measures, once; another reports, once.
class Station {
 public:
  virtual ~Station() = default;
  /// Stores what the thermometer shows. Never waits for the report.
  virtual void measure() = 0;
  /// The temperature that was measured.
  virtual int report() = 0;
};

/// What a variant implements: a station whose thermometer shows the temperature given.
std::unique_ptr<Station> make_station(int temperature);

}  // namespace solution
