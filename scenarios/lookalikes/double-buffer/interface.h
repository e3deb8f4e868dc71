// A picture is drawn while the one before it is shown.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The screen's two buffers. One thread draws, another shows; each does so once in every round.
class Screen {
 public:
  virtual ~Screen() = default;
  /// Draws the round's picture into the buffer that is not shown, and waits for the end of the round.
  virtual void draw(int round, int picture) = 0;
  /// The picture that was drawn in the round before (0 in round 0); waits for the end of the round.
  virtual int show(int round) = 0;
};

/// What a variant implements.
std::unique_ptr<Screen> make_screen();

}  // namespace solution
