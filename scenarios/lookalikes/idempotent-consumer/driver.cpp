// Two consumers. Message 0 comes to both of them, message 1 only to the second.
#include "interface.h"

namespace solution {

void scenario() {
  auto account = make_account();
  snag::thread first([&] { account->consume({0, 10}); });
  snag::thread second([&] {
    account->consume({0, 10});
    account->consume({1, 5});
  });
  first.join();
  second.join();
  snag::check(account->balance() == 15, "every message counts once");
}

}  // namespace solution
