// Locks the account that pays, then the account that is paid.
#include "interface.h"

#include <mutex>

namespace solution {

void transfer(Account& from, Account& to, int amount) {
  std::lock_guard paying(from.mutex);
  std::lock_guard paid(to.mutex);
  from.balance -= amount;
  to.balance += amount;
}

}  // namespace solution
