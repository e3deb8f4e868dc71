#include "harness/execution/own_process.h"

#include <fcntl.h>
#include <unistd.h>

namespace snag {

int out_of_the_way(int descriptor) {
  constexpr int least = 500;
  if (descriptor < 0 || descriptor >= least) return descriptor;
  const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, least);
  if (moved < 0) return descriptor;
  close(descriptor);
  return moved;
}

}  // namespace snag
