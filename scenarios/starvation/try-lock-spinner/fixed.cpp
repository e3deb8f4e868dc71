// Waits for the ledger as the clerks do.
#include "interface.h"

#include <mutex>

namespace solution {

int audit(Ledger& ledger) {
  std::lock_guard guard(ledger.mutex);
  return ledger.entries;
}

}  // namespace solution
