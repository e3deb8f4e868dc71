// What a thread can be asked and told about itself, where the parked thread whose pthread_t it goes by is not the one to
// say: its stack, its name, how many processors there are; and joins that do not wait, or not for ever.
#include "harness/instrument/clocks.h"
#include "harness/instrument/contexts.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <pthread.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace snag::instrument {

namespace {

constexpr int processors = 4;
constexpr std::size_t name_size_max = 16;  // with its end

Context* context_of(const Execution& execution, pthread_t handle) {
  return contexts().find(handle, execution.trace().threads.size());
}

bool has_ended(const void* subject, const ControlledThread&) {
  return static_cast<const ControlledThread*>(subject)->unfinished == no_thread;
}

// deadline 0: at once.
int join_until(pthread_t handle, void** result, std::uint64_t deadline, int error, const void* place) {
  const Inside inside;
  Execution& execution = inside.execution;
  Context* const context = context_of(execution, handle);
  if (context == nullptr || context->detached || context->joined) {
    execution.note({.kind = OperationKind::join_misused,
                    .target = context == nullptr ? no_thread : context->index,
                    .place = place});
    return context == nullptr ? ESRCH : EINVAL;
  }
  if (context->index == execution.running().index) return EDEADLK;
  const ControlledThread& target = execution.thread(context->index);
  bool ended = true;
  const std::uint64_t wanted = deadline == 0 ? 1 : deadline;
  execution.perform(
      {.operation = {.kind = OperationKind::join, .target = context->index, .argument = wanted, .place = place},
       .guard = &has_ended,
       .subject = &target,
       .deadline = wanted},
      [&](Event& event) {
        event.success = ended = target.unfinished == no_thread;
        if (!ended && deadline != 0) execution.pass_time_until(deadline);
      });
  if (!ended) return error;
  context->joined = true;
  if (result != nullptr) *result = context->result;
  return 0;
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" {

int pthread_tryjoin_np(pthread_t handle, void** result) noexcept {
  if (!in_program) return real::pthread_tryjoin_np()(handle, result);
  return join_until(handle, result, 0, EBUSY, __builtin_return_address(0));
}

int pthread_timedjoin_np(pthread_t handle, void** result, const timespec* point) {
  if (!in_program) return real::pthread_timedjoin_np()(handle, result, point);
  return join_until(handle, result, deadline_at(CLOCK_REALTIME, *point), ETIMEDOUT, __builtin_return_address(0));
}

int pthread_clockjoin_np(pthread_t handle, void** result, clockid_t clock, const timespec* point) {
  if (!in_program) return real::pthread_clockjoin_np()(handle, result, clock, point);
  return join_until(handle, result, deadline_at(clock, *point), ETIMEDOUT, __builtin_return_address(0));
}

int pthread_getattr_np(pthread_t handle, pthread_attr_t* attributes) noexcept {
  if (!in_program) return real::pthread_getattr_np()(handle, attributes);
  const Inside inside;
  const Context* const context = context_of(inside.execution, handle);
  if (context == nullptr) return real::pthread_getattr_np()(handle, attributes);
  const snag::Fiber& fiber = inside.execution.thread(context->index).fiber;
  auto* const begin = const_cast<std::byte*>(static_cast<const std::byte*>(fiber.stack_begin()));
  const auto size = static_cast<std::size_t>(static_cast<const std::byte*>(fiber.stack_end()) - begin);
  if (const int error = pthread_attr_init(attributes); error != 0) return error;
  pthread_attr_setdetachstate(attributes, context->detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE);
  return pthread_attr_setstack(attributes, begin, size);
}

int pthread_setname_np(pthread_t handle, const char* name) noexcept {
  if (!in_program) return real::pthread_setname_np()(handle, name);
  const Inside inside;
  const std::string_view wanted(name);
  if (wanted.size() >= name_size_max) return ERANGE;
  const Context* const context = context_of(inside.execution, handle);
  if (context == nullptr) return ESRCH;
  inside.execution.info(context->index).name = wanted;
  return 0;
}

int pthread_getname_np(pthread_t handle, char* name, std::size_t size) noexcept {
  if (!in_program) return real::pthread_getname_np()(handle, name, size);
  const Inside inside;
  const Context* const context = context_of(inside.execution, handle);
  if (context == nullptr || inside.execution.info(context->index).name.empty())
    return real::pthread_getname_np()(handle, name, size);
  if (size < name_size_max) return ERANGE;
  const std::string& known = inside.execution.info(context->index).name;
  std::memcpy(name, known.c_str(), known.size() + 1);
  return 0;
}

// std::thread::hardware_concurrency asks for this.
int get_nprocs() noexcept { return in_program ? processors : real::get_nprocs()(); }
int get_nprocs_conf() noexcept { return in_program ? processors : real::get_nprocs_conf()(); }

long sysconf(int name) noexcept {
  if (in_program && (name == _SC_NPROCESSORS_ONLN || name == _SC_NPROCESSORS_CONF)) return processors;
  return real::sysconf()(name);
}
}
