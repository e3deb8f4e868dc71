// The destructors of thread_local variables: the C++ runtime would call them when the OS thread ends, which the parked
// ones never do. They are called when the controlled thread ends, on its own stack.
#include "harness/instrument/contexts.h"
#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <memory>

namespace snag::instrument {

namespace {

/// A thread_local variable that has been made.
class Made {
 public:
  Made(void (*destructor)(void*), void* object, const Context& context)
      : destructor_(destructor), object_(object), context_(context) {}
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  // Still there: the thread is abandoned, or left where it is. Where its stack has been given up, so is the variable: its destructor must
  // not run with the thread-locals of another thread.
  ~Made() {
    if (object_ == nullptr || whole_program || __builtin_thread_pointer() != reinterpret_cast<void*>(context_.pointer))
      return;
    destroy();
  }
  void destroy() {
    void* const object = object_;
    object_ = nullptr;
    const Program program;
    destructor_(object);
    Inside::complete();
  }

 private:
  void (*destructor_)(void*);
  void* object_;
  const Context& context_;
};

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

extern "C" int __cxa_thread_atexit(void (*destructor)(void*), void* object, void* module) {
  if (!in_program) return real::thread_atexit()(destructor, object, module);
  const Inside inside;
  snag::Execution& execution = inside.execution;
  auto made = std::make_shared<Made>(destructor, object, contexts().of(execution.running().index));
  execution.at_thread_exit(snag::ExitStage::locals, [made = std::move(made)] { made->destroy(); });
  return 0;
}
