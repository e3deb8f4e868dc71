// Reads that are followed by a write of the same, which Clang can be asked to announce in one call.
#include "harness/instrument/accesses.h"

namespace snag::instrument {

namespace {

void read_and_write(const void* address, std::size_t size, const void* place) {
  will_read(address, size, place);
  will_write(address, size, place);
}

}  // namespace

}  // namespace snag::instrument

#define SNAG_COMPOUND(name, size) \
  extern "C" void name(void* address) { snag::instrument::read_and_write(address, size, __builtin_return_address(0)); }

SNAG_COMPOUND(__tsan_read_write1, 1)
SNAG_COMPOUND(__tsan_read_write2, 2)
SNAG_COMPOUND(__tsan_read_write4, 4)
SNAG_COMPOUND(__tsan_read_write8, 8)
SNAG_COMPOUND(__tsan_read_write16, 16)
SNAG_COMPOUND(__tsan_unaligned_read_write2, 2)
SNAG_COMPOUND(__tsan_unaligned_read_write4, 4)
SNAG_COMPOUND(__tsan_unaligned_read_write8, 8)
SNAG_COMPOUND(__tsan_unaligned_read_write16, 16)
