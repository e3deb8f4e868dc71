// The photographer hands in two pictures, of which the first is too dark, and waits until they are dealt with.
#include "interface.h"

namespace solution {

void scenario() {
  Pictures pictures;
  snag::name(pictures, "pictures");
  Developed developed(0, "developed");
  snag::thread worker([&] { develop(pictures, 2, developed); });
  pictures.put(too_dark);
  pictures.put(7);
  pictures.join();
  snag::check(developed == 1, "the good picture is developed");
  worker.join();
}

}  // namespace solution
