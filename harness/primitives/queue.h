// snag::queue: the queues of Python's module queue under the controlled scheduler. A put or get is one event: a thread
// that must wait for room or for an item is one whose operation is not enabled, so there is no lock and no condition
// inside. Where Python is called with block and timeout, here are separate names.
#pragma once

#include "harness/primitives/clock.h"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace snag::queue {

/// Thrown by a get that is not to wait (any longer) and finds no item.
class Empty : public std::exception {
 public:
  const char* what() const noexcept override { return "the queue is empty"; }
};

/// Thrown by a put that is not to wait (any longer) and finds no room.
class Full : public std::exception {
 public:
  const char* what() const noexcept override { return "the queue is full"; }
};

/// Thrown by a put into a queue that was shut down, and by a get from one that is empty as well.
class ShutDown : public std::exception {
 public:
  const char* what() const noexcept override { return "the queue was shut down"; }
};

namespace detail {

/// What all queues are, whatever their items: how many there are, how many tasks are unfinished.
class QueueCore {
 public:
  /// What came of a put or get.
  enum class Outcome : std::uint8_t {
    done,
    refused,  ///< no room, no item: at once, or until the time was out
    shut_down,
    abandoned,  ///< the execution is: nothing was done
  };

  explicit QueueCore(std::ptrdiff_t maxsize);
  ~QueueCore();
  QueueCore(const QueueCore&) = delete;
  QueueCore& operator=(const QueueCore&) = delete;

  Outcome put(const void* place);
  Outcome try_put(const void* place);
  Outcome try_put_until(std::uint64_t deadline, const void* place);
  Outcome get(const void* place);
  Outcome try_get(const void* place);
  Outcome try_get_until(std::uint64_t deadline, const void* place);
  std::ptrdiff_t size(const void* place) const;
  std::ptrdiff_t maxsize() const { return maxsize_; }
  /// False: there was no task to be done. Then nothing has changed.
  bool task_done(const void* place);
  void join(const void* place) const;
  void shut_down(const void* place);
  /// As shut_down; all items count as taken, and their tasks as done.
  void shut_down_now(const void* place);
  /// The item counted by the last put could not be stored after all.
  void take_back_put();
  void set_name(std::string_view text);

  /// While one lives nobody else can do anything to the queue: storing an item may compare items, and a comparison
  /// may look at snag's variables.
  class Busy {
   public:
    explicit Busy(QueueCore& core) : core_(core) { core_.busy_ = true; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { core_.busy_ = false; }

   private:
    QueueCore& core_;
  };

 private:
  static bool may_put(const void* self, const ControlledThread& thread);
  static bool may_get(const void* self, const ControlledThread& thread);
  static bool may_join(const void* self, const ControlledThread& thread);
  static bool is_idle(const void* self, const ControlledThread& thread);
  bool has_room() const { return maxsize_ <= 0 || size_ < maxsize_; }
  Outcome put_with(Request request, const void* place);
  Outcome get_with(Request request, const void* place);
  void shut_down_with(std::uint64_t at_once, const void* place);

  ObjectHandle handle_;
  std::ptrdiff_t maxsize_;  // no bound if it is not positive
  std::ptrdiff_t size_ = 0;
  std::uint64_t unfinished_ = 0;
  bool shut_down_ = false;
  bool busy_ = false;
};

/// Refuses a time that Python would refuse.
template <class Rep, class Period>
void refuse_negative(const std::chrono::duration<Rep, Period>& timeout) {
  if (timeout < timeout.zero()) throw std::invalid_argument("a queue's time-out must not be negative");
}

/// Items in the order of their coming.
template <class T>
class Fifo {
 public:
  void push(T&& item) { items_.push_back(std::move(item)); }
  T pop() {
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::deque<T> items_;
};

/// The item that came last goes first.
template <class T>
class Lifo {
 public:
  void push(T&& item) { items_.push_back(std::move(item)); }
  T pop() {
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

 private:
  std::vector<T> items_;
};

/// The lowest item goes first; which of equal ones is not said.
template <class T, class Less>
class Heap {
 public:
  void push(T&& item) {
    items_.push_back(std::move(item));
    std::push_heap(items_.begin(), items_.end(), higher);
  }
  T pop() {
    std::pop_heap(items_.begin(), items_.end(), higher);
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

 private:
  static bool higher(const T& one, const T& other) { return Less{}(other, one); }

  std::vector<T> items_;
};

/// The queues that differ only in which item comes next.
template <class T, class Items>
class BasicQueue {
 public:
  using Outcome = QueueCore::Outcome;

  /// A queue with room for maxsize items; for any number if that is 0 or less.
  explicit BasicQueue(std::ptrdiff_t maxsize = 0) : core_(maxsize) {}

  /// Waits for room. Throws ShutDown.
  SNAG_ALWAYS_INLINE void put(T item) { store(core_.put(nullptr), item); }
  /// Throws Full if there is no room, ShutDown.
  SNAG_ALWAYS_INLINE void put_nowait(T item) {
    if (!store(core_.try_put(nullptr), item)) throw Full();
  }
  /// Waits so long for room; then throws Full. Throws ShutDown, and std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE void put_for(T item, const std::chrono::duration<Rep, Period>& timeout) {
    if (!store(core_.try_put_until(deadline(timeout), nullptr), item)) throw Full();
  }
  /// False if there is no room. Throws ShutDown.
  SNAG_ALWAYS_INLINE bool try_put(T item) { return store(core_.try_put(nullptr), item); }
  /// False if there is no room for so long. Throws ShutDown, and std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE bool try_put_for(T item, const std::chrono::duration<Rep, Period>& timeout) {
    return store(core_.try_put_until(deadline(timeout), nullptr), item);
  }

  /// Waits for an item. Throws ShutDown.
  SNAG_ALWAYS_INLINE T get() { return taken(core_.get(nullptr)); }
  /// Throws Empty if there is no item, ShutDown.
  SNAG_ALWAYS_INLINE T get_nowait() { return taken(core_.try_get(nullptr)); }
  /// Waits so long for an item; then throws Empty. Throws ShutDown, and std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE T get_for(const std::chrono::duration<Rep, Period>& timeout) {
    return taken(core_.try_get_until(deadline(timeout), nullptr));
  }
  /// Nothing if there is no item. Throws ShutDown.
  SNAG_ALWAYS_INLINE std::optional<T> try_get() { return take(core_.try_get(nullptr)); }
  /// Nothing if there is no item for so long. Throws ShutDown, and std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE std::optional<T> try_get_for(const std::chrono::duration<Rep, Period>& timeout) {
    return take(core_.try_get_until(deadline(timeout), nullptr));
  }

  /// How many items there are: were, rather, by the time that the caller acts on it.
  SNAG_ALWAYS_INLINE std::ptrdiff_t qsize() const { return core_.size(nullptr); }
  SNAG_ALWAYS_INLINE bool empty() const { return core_.size(nullptr) == 0; }
  SNAG_ALWAYS_INLINE bool full() const { return core_.maxsize() > 0 && core_.size(nullptr) >= core_.maxsize(); }
  std::ptrdiff_t maxsize() const { return core_.maxsize(); }

  /// An item that was got is dealt with. More often than items were put it is a finding; throws std::invalid_argument.
  SNAG_ALWAYS_INLINE void task_done() {
    if (!core_.task_done(nullptr)) throw std::invalid_argument("task_done was called too often");
  }
  /// Waits until every item that was put is dealt with (task_done).
  SNAG_ALWAYS_INLINE void join() const { core_.join(nullptr); }

  /// From now on put throws ShutDown, and so does get once the queue is empty; those that wait are woken.
  SNAG_ALWAYS_INLINE void shutdown() { core_.shut_down(nullptr); }
  /// As shutdown, and drops all items, as if each had been got and its task done.
  SNAG_ALWAYS_INLINE void shutdown_now() {
    core_.shut_down_now(nullptr);
    const Items dropped = std::exchange(items_, Items());  // destroyed when the queue is in order again
  }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { core_.set_name(text); }

 private:
  template <class Rep, class Period>
  static std::uint64_t deadline(const std::chrono::duration<Rep, Period>& timeout) {
    refuse_negative(timeout);
    return deadline_after(Execution::require("a queue of snag::queue"), timeout);
  }
  // Nothing switches to another thread between the count, which is the event, and this.
  bool store(Outcome outcome, T& item) {
    if (outcome == Outcome::shut_down) throw ShutDown();
    if (outcome != Outcome::done) return outcome == Outcome::abandoned;
    const QueueCore::Busy busy(core_);
    try {
      items_.push(std::move(item));
    } catch (...) {
      core_.take_back_put();
      throw;
    }
    return true;
  }
  std::optional<T> take(Outcome outcome) {
    if (outcome == Outcome::shut_down) throw ShutDown();
    if (outcome != Outcome::done) return std::nullopt;
    const QueueCore::Busy busy(core_);
    return items_.pop();
  }
  T taken(Outcome outcome) {
    if (std::optional<T> item = take(outcome)) return std::move(*item);
    if (outcome == Outcome::refused) throw Empty();
    // A destructor of an abandoned thread wants an item that does not matter any more.
    if constexpr (std::default_initializable<T>)
      return T();
    else
      throw Abandoned();
  }

  QueueCore core_;
  Items items_;
};

}  // namespace detail

/// queue.Queue: first in, first out.
template <class T>
class Queue : public detail::BasicQueue<T, detail::Fifo<T>> {
 public:
  using detail::BasicQueue<T, detail::Fifo<T>>::BasicQueue;
};

/// queue.LifoQueue: last in, first out.
template <class T>
class LifoQueue : public detail::BasicQueue<T, detail::Lifo<T>> {
 public:
  using detail::BasicQueue<T, detail::Lifo<T>>::BasicQueue;
};

/// queue.PriorityQueue: the lowest item goes first. Which of equal ones does is not said.
template <class T, class Less = std::less<T>>
class PriorityQueue : public detail::BasicQueue<T, detail::Heap<T, Less>> {
 public:
  using detail::BasicQueue<T, detail::Heap<T, Less>>::BasicQueue;
};

/// queue.SimpleQueue: first in, first out, without bound and without tasks.
template <class T>
class SimpleQueue {
 public:
  SimpleQueue() = default;

  /// Never waits.
  SNAG_ALWAYS_INLINE void put(T item) { queue_.put(std::move(item)); }
  SNAG_ALWAYS_INLINE void put_nowait(T item) { queue_.put(std::move(item)); }
  /// There is always room, so the time does not matter.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE void put_for(T item, const std::chrono::duration<Rep, Period>&) {
    queue_.put(std::move(item));
  }
  /// Waits for an item.
  SNAG_ALWAYS_INLINE T get() { return queue_.get(); }
  /// Throws Empty if there is no item.
  SNAG_ALWAYS_INLINE T get_nowait() { return queue_.get_nowait(); }
  /// Waits so long for an item; then throws Empty. Throws std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE T get_for(const std::chrono::duration<Rep, Period>& timeout) {
    return queue_.get_for(timeout);
  }
  /// Nothing if there is no item.
  SNAG_ALWAYS_INLINE std::optional<T> try_get() { return queue_.try_get(); }
  /// Nothing if there is no item for so long. Throws std::invalid_argument for a negative time.
  template <class Rep, class Period>
  SNAG_ALWAYS_INLINE std::optional<T> try_get_for(const std::chrono::duration<Rep, Period>& timeout) {
    return queue_.try_get_for(timeout);
  }
  SNAG_ALWAYS_INLINE std::ptrdiff_t qsize() const { return queue_.qsize(); }
  SNAG_ALWAYS_INLINE bool empty() const { return queue_.empty(); }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { queue_.set_name(text); }

 private:
  Queue<T> queue_;
};

}  // namespace snag::queue
