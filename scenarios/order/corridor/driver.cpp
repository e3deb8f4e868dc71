// Two people come from the two ends of the corridor.
#include "interface.h"

namespace solution {

void scenario() {
  NarrowPlace narrow_place;
  auto corridor = make_corridor(narrow_place);
  const auto walk = [&](int person) {
    corridor->enter(person);
    corridor->pass(person);
  };
  snag::thread one([&] { walk(0); });
  snag::thread other([&] { walk(1); });
  one.join();
  other.join();
}

}  // namespace solution
