// A letter without an address is dealt with at once; the others are delivered first.
#include "interface.h"

namespace solution {

void deliver(Letters& letters, int number_of_letters, Delivered& delivered) {
  for (int i = 0; i < number_of_letters; ++i) {
    const int letter = letters.get();
    if (letter == no_address)
      letters.task_done();
    else
      delivered += 1;
    letters.task_done();
  }
}

}  // namespace solution
