// Starts a recorder and stops it at once: the record must be there.
#include "interface.h"

namespace solution {

void scenario() {
  auto recorder = make_recorder();
  recorder->start();
  snag::check(recorder->stop() == 1, "a stopped recorder has written its record");
}

}  // namespace solution
