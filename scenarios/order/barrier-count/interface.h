// Two cells that exchange their heat, step by step: a simulation with a thread for each cell.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The two cells. Cell 0 belongs to one thread, cell 1 to another.
class Cells {
 public:
  virtual ~Cells() = default;
  /// Publishes the cell's heat, waits until the other cell has published its own, and returns the mean of the two.
  virtual int step(int cell, int heat) = 0;
};

/// What a variant implements.
std::unique_ptr<Cells> make_cells();

}  // namespace solution
