// Two partners who greet each other by letter.
#pragma once

#include <snag/snag.h>

namespace solution {

/// A letterbox with room for one letter; part of the driver. One thread sends to it, another receives from it.
class Letterbox {
 public:
  explicit Letterbox(const char* name) { snag::name(letters_, name); }

  /// Never waits.
  void send(int letter) {
    letter_ = letter;
    letters_.release();
  }

  /// Waits for the letter.
  int receive() {
    letters_.acquire();
    return letter_;
  }

 private:
  snag::binary_semaphore letters_{0};
  snag::shared<int> letter_{0};
};

/// What a variant implements: sends the greeting to the partner's letterbox and returns the partner's, which comes to
/// one's own. Both partners call it.
int greet(Letterbox& own, Letterbox& partners, int greeting);

}  // namespace solution
