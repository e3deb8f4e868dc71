// Opens a session, closes it, and looks at what it did.
#include "interface.h"

namespace solution {

void scenario() {
  auto session = make_session();
  session->start();
  session->close();
  snag::check(session->handled() == 1, "a closed session has handled its request");
}

}  // namespace solution
