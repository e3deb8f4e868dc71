// Two rowers in a boat, who row each stroke together.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The boat.
class Boat {
 public:
  virtual ~Boat() = default;
  /// Rows so many strokes, each when the other rower is ready, too. Gives up if the other one does not come within a
  /// second. Whether all strokes were rowed together. Called by each of the two rowers, once.
  virtual bool row(int strokes) = 0;
};

/// What a variant implements.
std::unique_ptr<Boat> make_boat();

}  // namespace solution
