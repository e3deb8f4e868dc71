// Two transfers between the same two accounts, in opposite directions, at the same time.
#include "interface.h"

namespace solution {

void scenario() {
  Account checking(1, 100, "checking lock", "checking balance");
  Account savings(2, 100, "savings lock", "savings balance");
  snag::thread first([&] { transfer(checking, savings, 10); });
  snag::thread second([&] {
    // Threads that back off and try again can do so for ever if they move in step; this puts them out of step.
    snag::this_thread::yield();
    transfer(savings, checking, 30);
  });
  first.join();
  second.join();
  snag::check(checking.balance == 120, "both transfers reach the checking account");
  snag::check(savings.balance == 80, "both transfers reach the savings account");
}

}  // namespace solution
