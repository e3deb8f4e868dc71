// What programs tell the sanitizer about themselves: <sanitizer/tsan_interface.h> and the older Annotate functions.
// Orders are told as a release and an acquire of an object; locks of the program's own making as locks, which they
// become when the program says that it has them, for what they wait with is controlled by itself.
#include "harness/instrument/accesses.h"
#include "harness/instrument/mutexes.h"
#include "harness/instrument/refusal.h"
#include "harness/instrument/runtime.h"

namespace snag::instrument {

namespace {

constexpr unsigned read_reentrant = 4;
constexpr unsigned read_lock = 8;
constexpr unsigned try_lock_failed = 32;

void order(const void* address, OperationKind kind, MemoryOrder how, const void* place) {
  if (!in_program) return;
  const Inside inside;
  SyncObject& known =
      objects().sync(inside.execution, address, Use::order, [](SyncObject&) { return ObjectKind::atomic; });
  inside.execution.perform({.operation = {.kind = kind, .order = how, .object = known.handle.index, .place = place}},
                           [&](Event& event) {
                             event.before = known.count;
                             if (kind == OperationKind::read_modify_write) ++known.count;
                             event.after = known.count;
                           });
}

void release(const void* address, const void* place) {
  order(address, OperationKind::read_modify_write, MemoryOrder::release, place);
}
void acquire(const void* address, const void* place) {
  order(address, OperationKind::load, MemoryOrder::acquire, place);
}

SyncObject& lock_at(Execution& execution, const void* address, unsigned flags) {
  return objects().sync(execution, address, Use::mutex, [&](SyncObject&) {
    return (flags & (read_lock | read_reentrant)) != 0 ? ObjectKind::shared_mutex : ObjectKind::mutex;
  });
}

// It has it already: nobody is asked.
void locked(const void* address, unsigned flags, const void* place) {
  if (!in_program || (flags & try_lock_failed) != 0) return;
  const Inside inside;
  SyncObject& lock = lock_at(inside.execution, address, flags);
  const bool shares = (flags & read_lock) != 0;
  const bool again = !shares && lock.owner == inside.execution.running().index;
  if (shares || again) ++lock.count;
  if (again) return;
  inside.execution.note(
      {.kind = shares ? OperationKind::lock_shared : OperationKind::lock, .object = lock.handle.index, .place = place},
      [&](Event& event) {
        if (shares) return;
        lock.owner = event.thread;
        inside.execution.take_lock(event);
      });
}

void unlocked(const void* address, unsigned flags, const void* place) {
  if (!in_program) return;
  const Inside inside;
  SyncObject& lock = lock_at(inside.execution, address, flags);
  const bool shares = (flags & read_lock) != 0;
  const bool stays = !shares && lock.count > 0 && lock.owner == inside.execution.running().index;
  if (lock.count > 0 && (shares || stays)) --lock.count;
  if (stays) return;
  inside.execution.note({.kind = shares ? OperationKind::unlock_shared : OperationKind::unlock,
                         .object = lock.handle.index,
                         .place = place},
                        [&](Event& event) {
                          if (shares) return;
                          inside.execution.give_lock(event, lock.owner);
                          lock.owner = no_thread;
                        });
}

void destroyed(const void* address, const void* place) {
  if (!in_program) return;
  const Inside inside;
  const SyncObject* const known = objects().known(address, Use::mutex);
  if (known == nullptr) return;
  inside.execution.destroy_object(known->handle, known->owner != no_thread, 0, place);
  objects().forget(address, Use::mutex);
}

constexpr char fibers_refused[] =
    "the program switches fibers of its own and tells the sanitizer of it (__tsan_switch_to_fiber): that is not "
    "controlled. Build its fibers without these calls, and test code that runs on one stack for each thread";

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

#define SNAG_PLACE __builtin_return_address(0)

extern "C" {

void __tsan_acquire(void* address) { acquire(address, SNAG_PLACE); }
void __tsan_release(void* address) { release(address, SNAG_PLACE); }
void AnnotateHappensBefore(const char*, int, const volatile void* address) {
  release(const_cast<const void*>(address), SNAG_PLACE);
}
void AnnotateHappensAfter(const char*, int, const volatile void* address) {
  acquire(const_cast<const void*>(address), SNAG_PLACE);
}

void __tsan_mutex_create(void*, unsigned) {}
void __tsan_mutex_destroy(void* address, unsigned) { destroyed(address, SNAG_PLACE); }
void __tsan_mutex_pre_lock(void*, unsigned) {}
void __tsan_mutex_post_lock(void* address, unsigned flags, int) { locked(address, flags, SNAG_PLACE); }
int __tsan_mutex_pre_unlock(void* address, unsigned flags) {
  unlocked(address, flags, SNAG_PLACE);
  return 1;
}
void __tsan_mutex_post_unlock(void*, unsigned) {}
void __tsan_mutex_pre_signal(void*, unsigned) {}
void __tsan_mutex_post_signal(void*, unsigned) {}
void __tsan_mutex_pre_divert(void*, unsigned) {}
void __tsan_mutex_post_divert(void*, unsigned) {}

void AnnotateRWLockCreate(const char*, int, const volatile void*) {}
void AnnotateRWLockCreateStatic(const char*, int, const volatile void*) {}
void AnnotateRWLockDestroy(const char*, int, const volatile void* address) {
  destroyed(const_cast<const void*>(address), SNAG_PLACE);
}
void AnnotateRWLockAcquired(const char*, int, const volatile void* address, long writes) {
  locked(const_cast<const void*>(address), writes != 0 ? read_reentrant : read_lock, SNAG_PLACE);
}
void AnnotateRWLockReleased(const char*, int, const volatile void* address, long writes) {
  unlocked(const_cast<const void*>(address), writes != 0 ? read_reentrant : read_lock, SNAG_PLACE);
}

// Accesses in between are not looked at.
void __tsan_ignore_thread_begin() { ++accesses_ignored; }
void __tsan_ignore_thread_end() { --accesses_ignored; }
void AnnotateIgnoreReadsBegin(const char*, int) { ++accesses_ignored; }
void AnnotateIgnoreReadsEnd(const char*, int) { --accesses_ignored; }
void AnnotateIgnoreWritesBegin(const char*, int) { ++accesses_ignored; }
void AnnotateIgnoreWritesEnd(const char*, int) { --accesses_ignored; }

// Races that the program says are meant: they are told all the same, as a suppression can say so, too.
void AnnotateBenignRace(const char*, int, const volatile void*, const char*) {}
void AnnotateBenignRaceSized(const char*, int, const volatile void*, unsigned long, const char*) {}

// Nothing to learn from these here.
void AnnotateIgnoreSyncBegin(const char*, int) {}
void AnnotateIgnoreSyncEnd(const char*, int) {}
void AnnotateNewMemory(const char*, int, const volatile void*, unsigned long) {}
void AnnotateEnableRaceDetection(const char*, int, int) {}
void AnnotateFlushState(const char*, int) {}
void AnnotateThreadName(const char*, int, const char*) {}
void AnnotateMutexIsUsedAsCondVar(const char*, int, const volatile void*) {}
void AnnotateMutexIsNotPHB(const char*, int, const volatile void*) {}
void AnnotateCondVarWait(const char*, int, const volatile void*, const volatile void*) {}
void AnnotateCondVarSignal(const char*, int, const volatile void*) {}
void AnnotateCondVarSignalAll(const char*, int, const volatile void*) {}
void AnnotatePublishMemoryRange(const char*, int, const volatile void*, unsigned long) {}
void AnnotateUnpublishMemoryRange(const char*, int, const volatile void*, unsigned long) {}
void __tsan_flush_memory() {}

void* __tsan_external_register_tag(const char*) { return nullptr; }
void __tsan_external_register_header(void*, const char*) {}
void __tsan_external_assign_tag(void*, void*) {}
void __tsan_external_read(void* address, void* caller, void*) { will_read(address, 1, caller); }
void __tsan_external_write(void* address, void* caller, void*) { will_write(address, 1, caller); }

void* __tsan_get_current_fiber() { return nullptr; }
void* __tsan_create_fiber(unsigned) {
  if (in_program) refuse(fibers_refused);
  return nullptr;
}
void __tsan_destroy_fiber(void*) {}
void __tsan_switch_to_fiber(void*, unsigned) {
  if (in_program) refuse(fibers_refused);
}
void __tsan_set_fiber_name(void*, const char*) {}
}
