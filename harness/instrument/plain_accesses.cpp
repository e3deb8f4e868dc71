#include "harness/instrument/plain_accesses.h"

#include <link.h>

namespace snag::instrument {

namespace {

// Where the module begins, as dladdr tells it.
std::uintptr_t begin_of(const dl_phdr_info& info) {
  constexpr std::uintptr_t page = 4096;
  for (int i = 0; i < info.dlpi_phnum; ++i)
    if (info.dlpi_phdr[i].p_type == PT_LOAD) return info.dlpi_addr + (info.dlpi_phdr[i].p_vaddr & ~(page - 1));
  return info.dlpi_addr;
}

}  // namespace

// A distance does not say in which module: in the others it makes a scheduling point more.
void PlainAccesses::begin(const PlainPoints& points) {
  all_ = points.all;
  events_then_ = 0;
  since_ = events_ = 0;
  ++now_;
  if (points.places == listed_) return;
  listed_ = points.places;
  places_.clear();
  const auto add = [](dl_phdr_info* info, std::size_t, void* data) {
    auto& self = *static_cast<PlainAccesses*>(data);
    for (const std::uint32_t distance : self.listed_)
      self.places_.push_back(reinterpret_cast<const void*>(begin_of(*info) + distance));
    return 0;
  };
  dl_iterate_phdr(add, this);
  std::sort(places_.begin(), places_.end());
}

PlainAccesses& plain_accesses() {
  static PlainAccesses all;
  return all;
}

}  // namespace snag::instrument
