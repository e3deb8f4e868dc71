// Threads: created as controlled ones, each with the thread-locals of a parked OS thread, whose pthread_t it goes by.
#include "harness/instrument/threads.h"

#include "harness/execution/own_process.h"
#include "harness/instrument/contexts.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"
#include "harness/instrument/thread_state.h"
#include "harness/instrument/uncontrolled.h"
#include "harness/instrument/whole_program.h"

#include <dlfcn.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <system_error>

namespace snag::instrument {

namespace {

// Around the program: a child process that it has made ends where its thread would come back to the harness.
class EndsChild {
 public:
  EndsChild() = default;
  EndsChild(const EndsChild&) = delete;
  EndsChild& operator=(const EndsChild&) = delete;
  ~EndsChild() {
    if (!in_child_of_program) return;
    if (std::uncaught_exceptions() > 0) std::abort();
    end_child_of_program(0);
  }
};

void run(void* argument) {
  auto& context = *static_cast<Context*>(argument);
  begin_thread_state();
  const Program program;
  try {
    const EndsChild around;
    context.result = context.start(context.argument);
  } catch (const ThreadExit& exit) { context.result = exit.result; }
  Inside::complete();
}

bool is_detached(const pthread_attr_t* attributes) {
  int state = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &state);
  return state == PTHREAD_CREATE_DETACHED;
}

Context* context_of(const Execution& execution, pthread_t handle) {
  return contexts().find(handle, execution.trace().threads.size());
}

bool is_joinable(const Context* context) { return context != nullptr && !context->detached && !context->joined; }

// libstdc++'s function calls what the program has given to std::thread.
bool is_of_foreign_library(const void* function) {
  static const void* known = nullptr;  // to look it up takes longer than to make a thread
  if (is_of_program(function) || function == known) return false;
  known = function;
  Dl_info library;
  Dl_info cxx;
  return dladdr(function, &library) != 0 && dladdr(reinterpret_cast<const void*>(&std::get_terminate), &cxx) != 0 &&
         library.dli_fbase != cxx.dli_fbase;
}

int refuse(Execution& execution, const Context* context, const void* place) {
  execution.note(
      {.kind = OperationKind::join_misused, .target = context == nullptr ? no_thread : context->index, .place = place});
  return context == nullptr ? ESRCH : EINVAL;
}

}  // namespace

bool run_body(const std::function<void()>& body) {
  begin_thread_state();
  const Program program;
  bool returned = true;
  try {
    const EndsChild around;
    body();
  } catch (const ThreadExit&) { returned = false; }
  Inside::complete();
  return returned;
}

void wait_for_all_others() {
  const Inside inside;
  inside.execution.wait_for_others();
}

}  // namespace snag::instrument

using namespace snag;
using namespace snag::instrument;

extern "C" {

int pthread_create(pthread_t* handle, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  if (!in_program) return real::pthread_create()(handle, attributes, start, argument);
  const Inside inside;
  Execution& execution = inside.execution;
  const void* const place = __builtin_return_address(0);
  if (execution.abandoning()) {
    execution.note({.kind = OperationKind::spawn, .place = place});
    return EAGAIN;
  }
  try {
    contexts().prepare(execution.trace().threads.size() + 1);
  } catch (const std::system_error& error) { return error.code().value(); }
  if (tell_uncontrolled != nullptr && is_of_foreign_library(reinterpret_cast<const void*>(start)))
    meet_uncontrolled(Uncontrolled::thread_of_library, place);
  ControlledThread& made = execution.create_thread();
  Context& context = contexts().bind(execution, made);
  context.start = start;
  context.argument = argument;
  context.detached = is_detached(attributes);
  made.invoke = &run;
  made.discard = [](void*) {};
  made.callable = &context;
  made.daemon = whole_program;  // who is left when main returns ends with the process
  *handle = context.handle;
  execution.spawn(made, place);
  return 0;
}

int pthread_join(pthread_t handle, void** result) {
  if (!in_program) return real::pthread_join()(handle, result);
  const Inside inside;
  Execution& execution = inside.execution;
  const void* const place = __builtin_return_address(0);
  Context* const context = context_of(execution, handle);
  if (!is_joinable(context)) return refuse(execution, context, place);
  if (context->index == execution.running().index) return EDEADLK;
  const ControlledThread& target = execution.thread(context->index);
  const Operation operation{.kind = OperationKind::join, .target = context->index, .place = place};
  if (target.state == ControlledThread::State::ended)
    execution.note(operation);
  else
    execution.perform({.operation = operation, .subject = &target.unfinished}, [](Event&) {});
  context->joined = true;
  if (result != nullptr) *result = context->result;
  return 0;
}

int pthread_detach(pthread_t handle) noexcept {
  if (!in_program) return real::pthread_detach()(handle);
  const Inside inside;
  const void* const place = __builtin_return_address(0);
  Context* const context = context_of(inside.execution, handle);
  if (!is_joinable(context)) return refuse(inside.execution, context, place);
  inside.execution.note({.kind = OperationKind::detach, .target = context->index, .place = place});
  context->detached = true;
  return 0;
}

void pthread_exit(void* result) {
  if (in_program) exit_thread(result);
  real::pthread_exit()(result);
  __builtin_unreachable();
}
}
