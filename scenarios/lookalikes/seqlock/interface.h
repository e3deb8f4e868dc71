// A position with two coordinates, written by one thread and read by others.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

struct Position {
  int x;
  int y;
};

/// The position of something that moves, (0, 0) at first. One thread moves it, any thread may look.
class Tracker {
 public:
  virtual ~Tracker() = default;
  /// Sets both coordinates. Never waits for a reader.
  virtual void move(Position to) = 0;
  /// Both coordinates, as one and the same move left them.
  virtual Position look() = 0;
};

/// What a variant implements.
std::unique_ptr<Tracker> make_tracker();

}  // namespace solution
