// Every rectangle is added to the sum as soon as it is known.
#include "interface.h"

namespace solution {
namespace {

class SharedSum final : public Integral {
 public:
  void add_chunk(double from, double to, double width) override {
    for (double x = from; x < to; x += width) sum_ += curve(x + width / 2) * width;
  }

  double area() override { return sum_; }

 private:
  snag::shared<double> sum_{0, "sum"};
};

}  // namespace

std::unique_ptr<Integral> make_integral() { return std::make_unique<SharedSum>(); }

}  // namespace solution
