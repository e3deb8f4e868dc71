// Locks the account with the lower number first, whichever of the two pays.
#include "interface.h"

#include <mutex>

namespace solution {

void transfer(Account& from, Account& to, int amount) {
  const bool from_first = from.number < to.number;
  std::lock_guard lower(from_first ? from.mutex : to.mutex);
  std::lock_guard higher(from_first ? to.mutex : from.mutex);
  from.balance -= amount;
  to.balance += amount;
}

}  // namespace solution
