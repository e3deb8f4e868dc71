// The area under a curve, computed in chunks by several threads.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The curve; part of the driver.
inline double curve(double x) { return x * x; }

/// The area under the curve. Any thread may call any member at any time.
class Integral {
 public:
  virtual ~Integral() = default;
  /// Adds the area between the two bounds, as rectangles of the given width (their height: the curve in the middle).
  virtual void add_chunk(double from, double to, double width) = 0;
  /// The area of all chunks so far.
  virtual double area() = 0;
};

/// What a variant implements.
std::unique_ptr<Integral> make_integral();

}  // namespace solution
