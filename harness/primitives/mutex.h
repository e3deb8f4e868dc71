// snag::mutex and snag::recursive_mutex: std::mutex and std::recursive_mutex under the controlled scheduler.
// A blocked thread is one whose published lock is not enabled, so there is no wait queue here.
#pragma once

#include "harness/execution/execution.h"

#include <mutex>
#include <string_view>

namespace snag {

class condition_variable;

/// std::mutex. Use std::lock_guard, std::unique_lock and std::scoped_lock with it.
/// Locking it twice or unlocking what one does not hold is undefined for the standard's; here it is a finding.
class mutex {
 public:
  mutex();
  ~mutex();
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  void lock();
  bool try_lock();
  void unlock();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  friend class condition_variable;
  friend void notify_all_at_thread_exit(condition_variable& condition, std::unique_lock<mutex> lock);
  void unlock_at(const void* place);

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
};

/// std::recursive_mutex.
class recursive_mutex {
 public:
  recursive_mutex();
  ~recursive_mutex();
  recursive_mutex(const recursive_mutex&) = delete;
  recursive_mutex& operator=(const recursive_mutex&) = delete;

  void lock();
  bool try_lock();
  void unlock();

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text);

 private:
  static bool is_free_for(const void* self, const ControlledThread& thread);
  /// The caller when it holds the mutex already: what it does then concerns nobody else.
  ThreadIndex nested(const Execution& execution, unsigned count_min) const;

  ObjectHandle handle_;
  ThreadIndex owner_ = no_thread;
  unsigned count_ = 0;
};

}  // namespace snag
