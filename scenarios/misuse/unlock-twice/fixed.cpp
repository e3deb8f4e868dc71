// A guard unlocks, once, on every path.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class GuardedSeats final : public Seats {
 public:
  explicit GuardedSeats(int number_of_seats) : free_(number_of_seats, "free seats") {
    snag::name(mutex_, "seats lock");
  }

  bool reserve() override {
    std::lock_guard guard(mutex_);
    if (free_ == 0) return false;
    free_ -= 1;
    return true;
  }

  int free_seats() override {
    std::lock_guard guard(mutex_);
    return free_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> free_;
};

}  // namespace

std::unique_ptr<Seats> make_seats(int number_of_seats) { return std::make_unique<GuardedSeats>(number_of_seats); }

}  // namespace solution
