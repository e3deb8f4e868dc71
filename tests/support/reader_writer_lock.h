// The least reader-writer lock on the engine, for tests of searches: exclusive and shared, with try forms.
#pragma once

#include "harness/execution/execution.h"

namespace snag::testing {

class ReaderWriterLock {
 public:
  ReaderWriterLock() : handle_(Execution::require("a test's lock").create_object(ObjectKind::shared_mutex)) {}

  void lock() {
    perform(OperationKind::lock, &nobody_holds, [&](Event& event) { owner_ = event.thread; });
  }
  void unlock() {
    perform(OperationKind::unlock, &always, [&](Event&) { owner_ = no_thread; });
  }
  void lock_shared() {
    perform(OperationKind::lock_shared, &nobody_writes, [&](Event&) { ++readers_; });
  }
  void unlock_shared() {
    perform(OperationKind::unlock_shared, &always, [&](Event&) { --readers_; });
  }
  bool try_lock_shared() {
    bool taken = false;
    perform(OperationKind::try_lock_shared, &always, [&](Event& event) {
      taken = owner_ == no_thread;
      event.success = taken;
      if (taken) ++readers_;
    });
    return taken;
  }

 private:
  static bool always(const void*, const ControlledThread&) { return true; }
  static bool nobody_writes(const void* self, const ControlledThread&) {
    return static_cast<const ReaderWriterLock*>(self)->owner_ == no_thread;
  }
  static bool nobody_holds(const void* self, const ControlledThread& thread) {
    return nobody_writes(self, thread) && static_cast<const ReaderWriterLock*>(self)->readers_ == 0;
  }
  template <class Effect>
  void perform(OperationKind kind, Guard guard, Effect effect) {
    Execution::require("a test's lock", handle_)
        .perform({.operation = {.kind = kind, .object = handle_.index, .place = __builtin_return_address(0)},
                  .guard = guard,
                  .subject = this},
                 effect);
  }

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
  int readers_ = 0;
};

}  // namespace snag::testing
