// shared<T>: a plain variable under watch. Each read and each write is a scheduling point and an event with
// the values, so that data races and lost updates on it are seen; += and ++ are a read and then a write.
#pragma once

#include "harness/execution/execution.h"
#include "harness/primitives/value.h"

#include <string_view>
#include <utility>

namespace snag {

/// A plain variable under watch. T is copyable. Not a synchronisation: unordered accesses race, as on a plain T.
template <class T>
class shared {
 public:
  explicit(false) shared(T initial = T{}, std::string_view name = {})
      : value_(std::move(initial)),
        handle_(Execution::require("snag::shared").create_object(ObjectKind::variable, value_kind<T>())) {
    if (!name.empty()) Execution::require("snag::shared").set_name(handle_, name);
  }
  shared(const shared& other) = delete;

  /// The value: one read.
  SNAG_ALWAYS_INLINE T read() const {
    Execution& execution = Execution::require("snag::shared", handle_);
    T result = value_;
    execution.perform({.operation = {.kind = OperationKind::read, .object = handle_.index}}, [&](Event& event) {
      result = value_;
      event.before = event.after = digest_of(value_);
      if (value_kind<T>() == ValueKind::opaque && execution.narrator() != nullptr)
        execution.narrator()->describe(describe_value(value_), describe_value(value_));
    });
    return result;
  }
  /// Sets the value: one write.
  SNAG_ALWAYS_INLINE void write(T value) {
    Execution& execution = Execution::require("snag::shared", handle_);
    execution.perform({.operation = {.kind = OperationKind::write, .object = handle_.index}}, [&](Event& event) {
      event.before = digest_of(value_);
      event.after = digest_of(value);
      if (value_kind<T>() == ValueKind::opaque && execution.narrator() != nullptr)
        execution.narrator()->describe(describe_value(value_), describe_value(value));
      value_ = std::move(value);
    });
  }

  SNAG_ALWAYS_INLINE operator T() const { return read(); }
  SNAG_ALWAYS_INLINE shared& operator=(T value) {
    write(std::move(value));
    return *this;
  }
  SNAG_ALWAYS_INLINE shared& operator=(const shared& other) {
    write(other.read());
    return *this;
  }

  template <class U>
  SNAG_ALWAYS_INLINE shared& operator+=(const U& other) {
    return update([&](T& value) { value += other; });
  }
  template <class U>
  SNAG_ALWAYS_INLINE shared& operator-=(const U& other) {
    return update([&](T& value) { value -= other; });
  }
  template <class U>
  SNAG_ALWAYS_INLINE shared& operator*=(const U& other) {
    return update([&](T& value) { value *= other; });
  }
  template <class U>
  SNAG_ALWAYS_INLINE shared& operator/=(const U& other) {
    return update([&](T& value) { value /= other; });
  }
  template <class U>
  SNAG_ALWAYS_INLINE shared& operator|=(const U& other) {
    return update([&](T& value) { value |= other; });
  }
  template <class U>
  SNAG_ALWAYS_INLINE shared& operator&=(const U& other) {
    return update([&](T& value) { value &= other; });
  }
  template <class U>
  SNAG_ALWAYS_INLINE shared& operator^=(const U& other) {
    return update([&](T& value) { value ^= other; });
  }
  SNAG_ALWAYS_INLINE T operator++() {
    T value = read();
    ++value;
    write(value);
    return value;
  }
  SNAG_ALWAYS_INLINE T operator--() {
    T value = read();
    --value;
    write(value);
    return value;
  }
  SNAG_ALWAYS_INLINE T operator++(int) {
    T value = read();
    T changed = value;
    ++changed;
    write(std::move(changed));
    return value;
  }
  SNAG_ALWAYS_INLINE T operator--(int) {
    T value = read();
    T changed = value;
    --changed;
    write(std::move(changed));
    return value;
  }

  /// The name that reports show (see snag::name).
  void set_name(std::string_view text) { Execution::require("snag::name").set_name(handle_, text); }

 private:
  template <class Change>
  SNAG_ALWAYS_INLINE shared& update(Change change) {
    T value = read();
    change(value);
    write(std::move(value));
    return *this;
  }

  T value_;
  ObjectHandle handle_;
};

}  // namespace snag
