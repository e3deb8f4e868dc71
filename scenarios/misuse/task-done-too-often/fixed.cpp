// One task_done for each get.
#include "interface.h"

namespace solution {

void deliver(Letters& letters, int number_of_letters, Delivered& delivered) {
  for (int i = 0; i < number_of_letters; ++i) {
    const int letter = letters.get();
    if (letter != no_address) delivered += 1;
    letters.task_done();
  }
}

}  // namespace solution
