// Two clerks make four entries each; an audit takes place meanwhile.
#include "interface.h"

#include <mutex>

namespace solution {

void scenario() {
  constexpr int entries_each = 4;
  Ledger ledger;
  const auto clerk = [&] {
    for (int i = 0; i < entries_each; ++i) {
      std::lock_guard guard(ledger.mutex);
      ++ledger.entries;
    }
  };
  int seen = -1;  // written by the auditor and read after its join
  snag::thread auditor([&] { seen = audit(ledger); });
  snag::thread one(clerk), other(clerk);
  snag::name(auditor, "auditor");
  auditor.join();
  one.join();
  other.join();
  snag::check(seen >= 0 && seen <= 2 * entries_each, "the audit sees how many entries there are");
  snag::check(ledger.entries == 2 * entries_each, "every entry is in the ledger");
}

}  // namespace solution
