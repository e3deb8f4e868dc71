// The report leaves the thermometer a hundred times the time that it needs.
#include "interface.h"

namespace solution {
namespace {

class PatientStation final : public Station {
 public:
  explicit PatientStation(int temperature) : thermometer_(temperature) {}

  void measure() override {
    snag::this_thread::sleep_for(thermometer_time);
    temperature_ = thermometer_;
  }

  int report() override {
    snag::this_thread::sleep_for(100 * thermometer_time);
    return temperature_;
  }

 private:
  const int thermometer_;
  snag::shared<int> temperature_{0, "temperature"};
};

}  // namespace

std::unique_ptr<Station> make_station(int temperature) { return std::make_unique<PatientStation>(temperature); }

}  // namespace solution
