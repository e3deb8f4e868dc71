// A mailbox for a single letter.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A mailbox, empty at first. One thread puts a letter, once; another takes it, once.
class Mailbox {
 public:
  virtual ~Mailbox() = default;
  /// Puts the letter. Never waits for the taker.
  virtual void put(int letter) = 0;
  /// Waits for the letter and returns it.
  virtual int take() = 0;
};

/// What a variant implements.
std::unique_ptr<Mailbox> make_mailbox();

}  // namespace solution
