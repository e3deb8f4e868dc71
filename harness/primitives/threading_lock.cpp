#include "harness/primitives/threading_lock.h"

#include "harness/primitives/place.h"

namespace snag::threading {

namespace detail {

using snag::detail::or_caller;

LockCore::LockCore(ObjectKind kind, Reentry reentry)
    : handle_(Execution::require("a lock of snag::threading").create_object(kind)), reentry_(reentry) {}

// A Lock left locked harms nobody, an owner that comes to release its RLock afterwards does.
LockCore::~LockCore() {
  const bool in_use = reentry_ == Reentry::counts && !is_free();
  if (Execution* const execution = Execution::current())
    execution->destroy_object(handle_, in_use, 0, __builtin_return_address(0));
}

bool LockCore::may_take(const void* self, const ControlledThread& thread) {
  const auto& lock = *static_cast<const LockCore*>(self);
  return lock.is_free() || (lock.reentry_ == Reentry::counts && lock.owner_ == thread.index);
}

ThreadIndex LockCore::nested(const Execution& execution, std::uint32_t levels_min) const {
  const ThreadIndex self = execution.running().index;
  return reentry_ == Reentry::counts && owner_ == self && levels_ >= levels_min ? self : no_thread;
}

void LockCore::add_level(snag::Event& event) {
  owner_ = event.thread;
  ++levels_;
  if (reentry_ == Reentry::blocks) return;
  event.before = levels_ - 1;
  event.after = levels_;
}

void LockCore::acquire(const void* place) {
  Execution& execution = Execution::require("acquire of a lock of snag::threading", handle_);
  execution.perform({.operation = {.kind = OperationKind::lock,
                                   .target = nested(execution, 1),
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &may_take,
                     .subject = this},
                    [&](snag::Event& event) { add_level(event); });
}

bool LockCore::try_acquire(const void* place) {
  Execution& execution = Execution::require("try_acquire of a lock of snag::threading", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_lock,
                                   .target = nested(execution, 1),
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](snag::Event& event) {
                      taken = may_take(this, execution.thread(event.thread));
                      event.success = taken;
                      event.before = event.after = reentry_ == Reentry::counts ? levels_ : 0;
                      if (taken) add_level(event);
                    });
  return taken;
}

bool LockCore::acquire_until(std::uint64_t deadline, const void* place) {
  Execution& execution = Execution::require("acquire_for of a lock of snag::threading", handle_);
  bool taken = false;
  execution.perform({.operation = {.kind = OperationKind::try_lock,
                                   .target = nested(execution, 1),
                                   .object = handle_.index,
                                   .argument = deadline,
                                   .place = or_caller(place, __builtin_return_address(0))},
                     .guard = &may_take,
                     .subject = this,
                     .deadline = deadline},
                    [&](snag::Event& event) {
                      taken = may_take(this, execution.thread(event.thread));
                      event.success = taken;
                      event.before = event.after = reentry_ == Reentry::counts ? levels_ : 0;
                      if (taken)
                        add_level(event);
                      else
                        execution.pass_time_until(deadline);
                    });
  return taken;
}

void LockCore::release(const void* place) {
  Execution& execution = Execution::require("release of a lock of snag::threading", handle_);
  bool misused = false;
  execution.perform({.operation = {.kind = OperationKind::unlock,
                                   .target = nested(execution, 2),
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](snag::Event& event) {
                      if (reentry_ == Reentry::counts) event.before = event.after = levels_;
                      misused = !lets_wait(event.thread);
                      if (misused) return;
                      if (--levels_ == 0) owner_ = no_thread;
                      if (reentry_ == Reentry::counts) event.after = levels_;
                    });
  if (misused) throw ThreadError("a lock was released that is not held");
}

bool LockCore::locked(const void* place) const {
  Execution& execution = Execution::require("locked of a lock of snag::threading", handle_);
  bool held = !is_free();
  execution.perform({.operation = {.kind = OperationKind::is_locked,
                                   .object = handle_.index,
                                   .place = or_caller(place, __builtin_return_address(0))}},
                    [&](snag::Event& event) {
                      held = !is_free();
                      event.before = event.after = held ? 1 : 0;
                    });
  return held;
}

std::uint32_t LockCore::let_go(snag::Event& event) {
  const std::uint32_t levels = levels_;
  if (reentry_ == Reentry::counts) event.before = levels;
  owner_ = no_thread;
  levels_ = 0;
  return levels;
}

void LockCore::take(snag::Event& event, std::uint32_t levels) {
  owner_ = event.thread;
  levels_ = levels;
  if (reentry_ == Reentry::counts) event.after = levels;
}

void LockCore::set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

}  // namespace detail

void Lock::acquire() { core_.acquire(__builtin_return_address(0)); }
bool Lock::try_acquire() { return core_.try_acquire(__builtin_return_address(0)); }
void Lock::release() { core_.release(__builtin_return_address(0)); }
bool Lock::locked() const { return core_.locked(__builtin_return_address(0)); }
void Lock::lock() { core_.acquire(__builtin_return_address(0)); }
bool Lock::try_lock() { return core_.try_acquire(__builtin_return_address(0)); }
void Lock::unlock() { core_.release(__builtin_return_address(0)); }

void RLock::acquire() { core_.acquire(__builtin_return_address(0)); }
bool RLock::try_acquire() { return core_.try_acquire(__builtin_return_address(0)); }
void RLock::release() { core_.release(__builtin_return_address(0)); }
bool RLock::locked() const { return core_.locked(__builtin_return_address(0)); }
void RLock::lock() { core_.acquire(__builtin_return_address(0)); }
bool RLock::try_lock() { return core_.try_acquire(__builtin_return_address(0)); }
void RLock::unlock() { core_.release(__builtin_return_address(0)); }

}  // namespace snag::threading
