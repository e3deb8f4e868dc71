// Locks and unlocks by hand, on every path.
#include "interface.h"

namespace solution {
namespace {

class ManualSeats final : public Seats {
 public:
  explicit ManualSeats(int number_of_seats) : free_(number_of_seats, "free seats") { snag::name(mutex_, "seats lock"); }

  bool reserve() override {
    bool reserved = false;
    mutex_.lock();
    if (free_ == 0) {
      mutex_.unlock();
    } else {
      free_ -= 1;
      reserved = true;
    }
    mutex_.unlock();
    return reserved;
  }

  int free_seats() override {
    mutex_.lock();
    const int free_now = free_;
    mutex_.unlock();
    return free_now;
  }

 private:
  snag::mutex mutex_;
  snag::shared<int> free_;
};

}  // namespace

std::unique_ptr<Seats> make_seats(int number_of_seats) { return std::make_unique<ManualSeats>(number_of_seats); }

}  // namespace solution
