#include "harness/instrument/real.h"

#include <dlfcn.h>

#include <cstdlib>

namespace snag::instrument::real {

void* find(const char* name, const char* version) {
  void* const found = version == nullptr ? dlsym(RTLD_NEXT, name) : dlvsym(RTLD_NEXT, name, version);
  if (found == nullptr) std::abort();
  return found;
}

}  // namespace snag::instrument::real
