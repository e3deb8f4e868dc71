// Forks on a round table, and the philosophers who need two of them to eat.
#pragma once

#include <snag/snag.h>

namespace solution {

/// One fork. It may be used only under its own lock.
struct Fork {
  Fork(int fork_number, const char* lock_name, const char* uses_name) : number(fork_number), uses(0, uses_name) {
    snag::name(mutex, lock_name);
  }

  const int number;  ///< its place on the table, from 1
  snag::mutex mutex;
  snag::shared<int> uses;  ///< how often somebody ate with it
};

/// Eats with both forks, which the caller must hold. Part of the driver.
void eat(Fork& left, Fork& right);

/// What a variant implements: takes both forks, eats once, and lets go of both.
void dine(Fork& left, Fork& right);

}  // namespace solution
