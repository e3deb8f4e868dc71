// The program logs a line and ends. Afterwards somebody looks at the disk.
#include "interface.h"

namespace solution {

void scenario() {
  auto file = std::make_shared<File>();
  snag::at_end(
      [file] { snag::check(file->on_disk() == 7, "what was logged is on the disk when the program has ended"); });
  auto log = start_log(file);
  log->add(7);
  log->close();
}

}  // namespace solution
