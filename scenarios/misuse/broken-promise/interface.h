// An order that a kitchen takes and promises to fulfil.
#pragma once

#include <snag/snag.h>

#include <stdexcept>

namespace solution {

/// What is not on the menu cannot be cooked.
class NotOnTheMenu : public std::runtime_error {
 public:
  NotOnTheMenu() : std::runtime_error("this dish is not on the menu") {}
};

/// Cooks; part of the driver. Throws NotOnTheMenu for dishes above 9.
inline int cook(int dish) {
  if (dish > 9) throw NotOnTheMenu();
  return dish * 10;
}

/// What a variant implements: cooks the dish and keeps the promise. If it cannot be cooked, whoever waits gets to know
/// why. Runs on a thread of its own; nothing may be thrown.
void serve(snag::promise<int> meal, int dish);

}  // namespace solution
