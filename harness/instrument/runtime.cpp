#include "harness/instrument/runtime.h"

#include "harness/execution/last_place.h"
#include "harness/instrument/plain_accesses.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace snag::instrument {

namespace {

template <class Signed>
std::uint64_t extended(const void* address) {
  Signed value = 0;
  std::memcpy(&value, address, sizeof value);
  return static_cast<std::uint64_t>(std::int64_t{value});
}

}  // namespace

std::uint64_t value_at(const void* address, std::size_t size) {
  switch (size) {
    case 1: return extended<std::int8_t>(address);
    case 2: return extended<std::int16_t>(address);
    case 4: return extended<std::int32_t>(address);
    default: return extended<std::int64_t>(address);
  }
}

void Inside::complete_write(Execution& execution) {
  const WriteUnderWay write = std::exchange(write_under_way, WriteUnderWay{});
  const auto effect = [&](Event& event) {
    event.before = write.before;
    event.after = write.before;
    if (write.is_last || write.source != nullptr)
      event.after = value_at(write.is_last ? write.address : write.source, write.size);
    event.routine = write.is_private || (!write.is_last && write.source == nullptr);
    if (!write.is_private) tell_kind(execution, event);
  };
  if (write.is_point) return execution.record_published(write.operation, effect);
  execution.note_published(write.operation, effect);
  plain_accesses().recorded(execution);
}

void Inside::complete_but(Execution& execution, const void* fault) {
  const auto* const written = static_cast<const char*>(write_under_way.address);
  if (written == nullptr) return;
  if (fault >= written && fault < written + write_under_way.size)
    write_under_way = {};
  else
    complete_write(execution);
}

void Inside::end_stack(Execution& execution) {
  if (execution.abandoning() || execution.is_failing()) return;
  execution.fail_program(Execution::Failure::stack_overflow, "there is no room for another call",
                         last_place(execution));
}

void Program::reserve_stack() {
  const Fiber& fiber = Execution::current()->running().fiber;
  const std::ptrdiff_t size = fiber.stack_end() - fiber.stack_begin();
  constexpr std::ptrdiff_t reserve_max = 256L * 1024;  // reports look up source lines on it
  stack_reserve_end = fiber.stack_begin() + std::min(size / 8, reserve_max);
}

}  // namespace snag::instrument
