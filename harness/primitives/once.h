// snag::once_flag and call_once: the standard's under the controlled scheduler.
#pragma once

#include "harness/execution/execution.h"

#include <functional>
#include <string_view>
#include <utility>

namespace snag {

/// std::once_flag.
class once_flag {
 public:
  once_flag() : handle_(Execution::require("snag::once_flag").create_object(ObjectKind::once_flag)) {}
  once_flag(const once_flag&) = delete;
  once_flag& operator=(const once_flag&) = delete;
  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

  /// For call_once: waits while another runs the function; true when the caller is to run it.
  bool enter(const void* place);
  /// For call_once: the function returned, or threw (then another may try).
  void leave(bool returned, const void* place);

 private:
  enum class State : unsigned char { fresh, running, done };
  static bool is_not_running(const void* self, const ControlledThread& thread);
  ObjectHandle handle_;
  State state_ = State::fresh;
};

/// std::call_once.
template <class Callable, class... Arguments>
SNAG_ALWAYS_INLINE void call_once(once_flag& flag, Callable&& callable, Arguments&&... arguments) {
  if (!flag.enter(nullptr)) return;
  // Tells the flag how the function ended, also when an exception leaves it.
  struct Leaving {
    once_flag& flag;
    bool returned = false;
    ~Leaving() noexcept(false) { flag.leave(returned, nullptr); }
  } leaving{flag};
  std::invoke(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
  leaving.returned = true;
}

}  // namespace snag
