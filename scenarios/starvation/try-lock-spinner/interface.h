// A ledger that clerks write in, and an audit that needs it for a moment.
#pragma once

#include <snag/snag.h>

namespace solution {

/// The ledger. Whoever reads or writes it holds its lock.
struct Ledger {
  Ledger() { snag::name(mutex, "ledger lock"); }
  snag::mutex mutex;
  snag::shared<int> entries{0, "entries"};
};

/// What a variant implements: reads the number of entries once, under the lock, while clerks keep writing.
int audit(Ledger& ledger);

}  // namespace solution
