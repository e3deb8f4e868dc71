// Only a car that got a place gives one back.
#include "interface.h"

namespace solution {
namespace {

class SemaphoreCarPark final : public CarPark {
 public:
  SemaphoreCarPark() { snag::name(places_, "places"); }

  bool visit() override {
    const bool parked = places_.try_acquire();
    if (!parked) return false;
    snag::this_thread::yield();  // go shopping
    places_.release();
    return true;
  }

 private:
  snag::counting_semaphore<1> places_{1};
};

}  // namespace

std::unique_ptr<CarPark> make_car_park() { return std::make_unique<SemaphoreCarPark>(); }

}  // namespace solution
