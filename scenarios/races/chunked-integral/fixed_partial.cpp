// Each thread adds up its chunk in a sum of its own, and shares only the result.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class PartialSums final : public Integral {
 public:
  PartialSums() { snag::name(mutex_, "sum lock"); }

  void add_chunk(double from, double to, double width) override {
    double chunk = 0;
    for (double x = from; x < to; x += width) chunk += curve(x + width / 2) * width;
    std::lock_guard guard(mutex_);
    sum_ += chunk;
  }

  double area() override {
    std::lock_guard guard(mutex_);
    return sum_;
  }

 private:
  snag::mutex mutex_;
  snag::shared<double> sum_{0, "sum"};
};

}  // namespace

std::unique_ptr<Integral> make_integral() { return std::make_unique<PartialSums>(); }

}  // namespace solution
