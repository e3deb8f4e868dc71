// The semaphore has a permit for each free place.
#include "interface.h"

namespace solution {
namespace {

class SemaphoreCarPark final : public CarPark {
 public:
  SemaphoreCarPark() { snag::name(places_, "places"); }

  bool visit() override {
    const bool parked = places_.try_acquire();
    if (parked) snag::this_thread::yield();  // go shopping
    places_.release();
    return parked;
  }

 private:
  snag::counting_semaphore<1> places_{1};
};

}  // namespace

std::unique_ptr<CarPark> make_car_park() { return std::make_unique<SemaphoreCarPark>(); }

}  // namespace solution
