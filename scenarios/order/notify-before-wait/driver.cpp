// One thread sends a letter, another receives it.
#include "interface.h"

namespace solution {

void scenario() {
  auto mailbox = make_mailbox();
  snag::thread receiver([&] { snag::check(mailbox->take() == 42, "the letter taken is the letter put"); });
  snag::thread sender([&] { mailbox->put(42); });
  receiver.join();
  sender.join();
}

}  // namespace solution
