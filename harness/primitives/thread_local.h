// snag::ThreadLocal<T>: what thread_local is to real threads. Controlled threads share one thread of the operating
// system, so a thread_local variable is one variable for all of them; a ThreadLocal has a value for each. Who uses it
// sees its own value only, so using it is no event.
#pragma once

#include "harness/execution/execution.h"

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace snag {

/// One T for each thread. It is made when the thread first uses it, on that thread, and destroyed when the thread ends:
/// what the thread made last goes first, before anybody is told of its end. T0 ends with the scenario's body; its values
/// outlive the body's local variables, the ThreadLocal itself among these, as thread_local ones outlive those of main.
template <class T>
class ThreadLocal {
 public:
  /// Each thread begins with T().
  ThreadLocal() requires std::default_initializable<T> : ThreadLocal([] { return T(); }) {}
  /// Each begins with a copy of `initial`.
  explicit ThreadLocal(const T& initial) requires std::copy_constructible<T>
      : ThreadLocal([initial] { return T(initial); }) {}
  /// Each begins with what make() returns; make is copyable. Where it throws, the next use tries again.
  template <class Make>
  requires requires(Make& make) { T(make()); }
  explicit ThreadLocal(Make make)
      : values_(
            std::make_shared<Values>([make = std::move(make)]() mutable { return std::unique_ptr<T>(new T(make())); },
                                     ObjectHandle{no_object, Execution::require("snag::ThreadLocal").serial()})) {}
  ThreadLocal(const ThreadLocal&) = delete;
  ThreadLocal& operator=(const ThreadLocal&) = delete;

  /// The calling thread's value. Throws std::logic_error once the thread, at its end, has destroyed it.
  T& get() {
    Execution& execution = Execution::require("snag::ThreadLocal", values_->execution);
    const ThreadIndex self = execution.running().index;
    if (self >= values_->places.size() || !values_->places[self].made) make_for(self, execution);
    T* const value = values_->places[self].value;
    if (value == nullptr)
      throw std::logic_error("a snag::ThreadLocal was used by a thread that has destroyed its value already");
    return *value;
  }
  T& operator*() { return get(); }
  T* operator->() { return &get(); }

 private:
  // Where the value of one thread lies.
  struct Place {
    T* value = nullptr;
    bool made = false;  // stays true when the value is destroyed
  };
  // Lives as long as the ThreadLocal or any of its values.
  struct Values {
    Values(std::function<std::unique_ptr<T>()> make_, const ObjectHandle& execution_)
        : make(std::move(make_)), execution(execution_) {}
    std::function<std::unique_ptr<T>()> make;
    std::vector<Place> places;  // by thread
    ObjectHandle execution;     // only its serial
  };
  // One thread's value. Belongs to what the thread does at its end.
  struct Owned {
    Owned(std::shared_ptr<Values> values_, ThreadIndex thread_, std::unique_ptr<T> value_)
        : values(std::move(values_)), thread(thread_), value(std::move(value_)) {
      if (values->places.size() <= thread) values->places.resize(std::size_t{thread} + 1);
      values->places[thread] = {value.get(), true};
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() {
      value.reset();
      values->places[thread].value = nullptr;
    }
    std::shared_ptr<Values> values;
    ThreadIndex thread;
    std::unique_ptr<T> value;
  };

  void make_for(ThreadIndex self, Execution& execution) {
    auto owned = std::make_shared<Owned>(values_, self, values_->make());
    execution.at_thread_exit(ExitStage::locals, [owned = std::move(owned)]() mutable { owned.reset(); });
  }

  std::shared_ptr<Values> values_;
};

}  // namespace snag
