// One thread moves a book down, another moves one up.
#include "interface.h"

namespace solution {

void scenario() {
  Library library;
  snag::thread first([&] { move_down(library); });
  snag::thread second([&] { move_up(library); });
  first.join();
  second.join();
  snag::check(library.upper.books == 2 && library.lower.books == 2, "no book is lost");
}

}  // namespace solution
