// The two threads lock the shelves in opposite orders, but only while they hold the gate: one at a time.
#include "interface.h"

#include <mutex>

namespace solution {

void move_down(Library& library) {
  std::lock_guard gate(library.gate);
  std::lock_guard from(library.upper.mutex);
  std::lock_guard to(library.lower.mutex);
  library.upper.books -= 1;
  library.lower.books += 1;
}

void move_up(Library& library) {
  std::lock_guard gate(library.gate);
  std::lock_guard from(library.lower.mutex);
  std::lock_guard to(library.upper.mutex);
  library.lower.books -= 1;
  library.upper.books += 1;
}

}  // namespace solution
