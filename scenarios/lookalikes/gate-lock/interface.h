// Two shelves with a lock each, and a gate lock before both.
#pragma once

#include <snag/snag.h>

namespace solution {

/// One shelf. Its books may be touched only under its own lock.
struct Shelf {
  Shelf(const char* lock_name, const char* books_name) : books(2, books_name) { snag::name(mutex, lock_name); }

  snag::mutex mutex;
  snag::shared<int> books;
};

/// Both shelves, and the gate before them.
struct Library {
  Library() { snag::name(gate, "gate"); }

  snag::mutex gate;
  Shelf upper{"upper lock", "upper books"};
  Shelf lower{"lower lock", "lower books"};
};

/// What a variant implements: each moves one book.
void move_down(Library& library);
void move_up(Library& library);

}  // namespace solution
