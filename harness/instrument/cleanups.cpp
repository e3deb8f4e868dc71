// pthread_exit, and pthread_cleanup_push as C code without -fexceptions does it: a jump buffer in the function's frame.
// C++, and C with -fexceptions, clean up while the stack is unwound. To leave a thread its stack is unwound to the frame
// of the newest buffer, the function there calls its handler, and asks to go on to the next.
#include "harness/instrument/runtime.h"
#include "harness/instrument/threads.h"

#include <pthread.h>
#include <setjmp.h>
#include <unwind.h>

#include <cstdint>
#include <exception>

extern "C" {
void __pthread_register_cancel(__pthread_unwind_buf_t* buffer);
void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer);
[[noreturn]] void __pthread_unwind_next(__pthread_unwind_buf_t* buffer);
}

namespace snag::instrument {

namespace {

// The newest buffer; each holds the one before, and where the stack of its function ended.
thread_local constinit __pthread_unwind_buf_t* newest = nullptr;
thread_local constinit void* result_of_exit = nullptr;
thread_local constinit _Unwind_Exception leaving{};

void*& before(__pthread_unwind_buf_t& buffer) { return buffer.__pad[0]; }
void*& stack_of(__pthread_unwind_buf_t& buffer) { return buffer.__pad[1]; }

_Unwind_Reason_Code stop_at_newest(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception*,
                                   _Unwind_Context* context, void*) {
  if (_Unwind_GetCFA(context) >= reinterpret_cast<std::uintptr_t>(stack_of(*newest)) ||
      (static_cast<unsigned>(actions) & _UA_END_OF_STACK) != 0)
    siglongjmp(reinterpret_cast<__jmp_buf_tag*>(newest->__cancel_jmp_buf), 1);
  return _URC_NO_REASON;
}

}  // namespace

void forget_cleanups() { newest = nullptr; }

void exit_thread(void* result) {
  if (newest == nullptr) throw ThreadExit{result};
  result_of_exit = result;
  _Unwind_ForcedUnwind(&leaving, &stop_at_newest, nullptr);
  std::terminate();
}

}  // namespace snag::instrument

using namespace snag::instrument;

// Outside executions nobody is left by these: the C library's own are not asked for.
void __pthread_register_cancel(__pthread_unwind_buf_t* buffer) {
  before(*buffer) = newest;
  stack_of(*buffer) = __builtin_dwarf_cfa();
  newest = buffer;
}

void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer) {
  newest = static_cast<__pthread_unwind_buf_t*>(before(*buffer));
}

void __pthread_unwind_next(__pthread_unwind_buf_t* buffer) {
  newest = static_cast<__pthread_unwind_buf_t*>(before(*buffer));
  exit_thread(result_of_exit);
}
