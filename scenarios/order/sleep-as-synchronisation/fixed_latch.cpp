// The report waits for the measurement itself, and not a moment longer.
#include "interface.h"

namespace solution {
namespace {

class LatchStation final : public Station {
 public:
  explicit LatchStation(int temperature) : thermometer_(temperature) { snag::name(measured_, "measured"); }

  void measure() override {
    snag::this_thread::sleep_for(thermometer_time);
    temperature_ = thermometer_;
    measured_.count_down();
  }

  int report() override {
    measured_.wait();
    return temperature_;
  }

 private:
  const int thermometer_;
  snag::shared<int> temperature_{0, "temperature"};
  snag::latch measured_{1};
};

}  // namespace

std::unique_ptr<Station> make_station(int temperature) { return std::make_unique<LatchStation>(temperature); }

}  // namespace solution
