// The report waits until it is told that there is a measurement.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class ToldStation final : public Station {
 public:
  explicit ToldStation(int temperature) : thermometer_(temperature) { snag::name(told_, "told"); }

  void measure() override {
    snag::this_thread::sleep_for(thermometer_time);
    std::lock_guard guard(mutex_);
    temperature_ = thermometer_;
    measured_ = true;
    told_.notify_one();
  }

  int report() override {
    std::unique_lock lock(mutex_);
    while (!measured_) told_.wait(lock);
    return temperature_;
  }

 private:
  const int thermometer_;
  snag::mutex mutex_;
  snag::condition_variable told_;
  snag::shared<bool> measured_{false, "measured"};
  snag::shared<int> temperature_{0, "temperature"};
};

}  // namespace

std::unique_ptr<Station> make_station(int temperature) { return std::make_unique<ToldStation>(temperature); }

}  // namespace solution
