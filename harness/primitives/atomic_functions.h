// The free functions on snag's atomics: atomic_load and its kin, as the standard has them. Each is the member function.
#pragma once

#include "harness/primitives/atomic.h"
#include "harness/primitives/atomic_flag.h"

namespace snag {

template <class T>
bool atomic_is_lock_free(const atomic<T>* object) noexcept {
  return object->is_lock_free();
}

template <class T>
SNAG_ALWAYS_INLINE T atomic_load(const atomic<T>* object) {
  return object->load();
}
template <class T>
SNAG_ALWAYS_INLINE T atomic_load_explicit(const atomic<T>* object, std::memory_order order) {
  return object->load(order);
}

/// Deprecated by the standard, where it is no atomic operation. Here it is a relaxed store.
template <class T>
SNAG_ALWAYS_INLINE void atomic_init(atomic<T>* object, typename atomic<T>::value_type value) {
  object->store(value, std::memory_order_relaxed);
}

template <class T>
SNAG_ALWAYS_INLINE void atomic_store(atomic<T>* object, typename atomic<T>::value_type value) {
  object->store(value);
}
template <class T>
SNAG_ALWAYS_INLINE void atomic_store_explicit(atomic<T>* object, typename atomic<T>::value_type value,
                                              std::memory_order order) {
  object->store(value, order);
}

template <class T>
SNAG_ALWAYS_INLINE T atomic_exchange(atomic<T>* object, typename atomic<T>::value_type value) {
  return object->exchange(value);
}
template <class T>
SNAG_ALWAYS_INLINE T atomic_exchange_explicit(atomic<T>* object, typename atomic<T>::value_type value,
                                              std::memory_order order) {
  return object->exchange(value, order);
}

template <class T>
SNAG_ALWAYS_INLINE bool atomic_compare_exchange_weak(atomic<T>* object, typename atomic<T>::value_type* expected,
                                                     typename atomic<T>::value_type desired) {
  return object->compare_exchange_weak(*expected, desired);
}
template <class T>
SNAG_ALWAYS_INLINE bool atomic_compare_exchange_weak_explicit(atomic<T>* object,
                                                              typename atomic<T>::value_type* expected,
                                                              typename atomic<T>::value_type desired,
                                                              std::memory_order success, std::memory_order failure) {
  return object->compare_exchange_weak(*expected, desired, success, failure);
}

template <class T>
SNAG_ALWAYS_INLINE bool atomic_compare_exchange_strong(atomic<T>* object, typename atomic<T>::value_type* expected,
                                                       typename atomic<T>::value_type desired) {
  return object->compare_exchange_strong(*expected, desired);
}
template <class T>
SNAG_ALWAYS_INLINE bool atomic_compare_exchange_strong_explicit(atomic<T>* object,
                                                                typename atomic<T>::value_type* expected,
                                                                typename atomic<T>::value_type desired,
                                                                std::memory_order success, std::memory_order failure) {
  return object->compare_exchange_strong(*expected, desired, success, failure);
}

template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_add(atomic<T>* object, typename atomic<T>::difference_type operand) {
  return object->fetch_add(operand);
}
template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_add_explicit(atomic<T>* object, typename atomic<T>::difference_type operand,
                                               std::memory_order order) {
  return object->fetch_add(operand, order);
}

template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_sub(atomic<T>* object, typename atomic<T>::difference_type operand) {
  return object->fetch_sub(operand);
}
template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_sub_explicit(atomic<T>* object, typename atomic<T>::difference_type operand,
                                               std::memory_order order) {
  return object->fetch_sub(operand, order);
}

template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_and(atomic<T>* object, typename atomic<T>::value_type operand) {
  return object->fetch_and(operand);
}
template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_and_explicit(atomic<T>* object, typename atomic<T>::value_type operand,
                                               std::memory_order order) {
  return object->fetch_and(operand, order);
}

template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_or(atomic<T>* object, typename atomic<T>::value_type operand) {
  return object->fetch_or(operand);
}
template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_or_explicit(atomic<T>* object, typename atomic<T>::value_type operand,
                                              std::memory_order order) {
  return object->fetch_or(operand, order);
}

template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_xor(atomic<T>* object, typename atomic<T>::value_type operand) {
  return object->fetch_xor(operand);
}
template <class T>
SNAG_ALWAYS_INLINE T atomic_fetch_xor_explicit(atomic<T>* object, typename atomic<T>::value_type operand,
                                               std::memory_order order) {
  return object->fetch_xor(operand, order);
}

template <class T>
SNAG_ALWAYS_INLINE void atomic_wait(const atomic<T>* object, typename atomic<T>::value_type old) {
  object->wait(old);
}
template <class T>
SNAG_ALWAYS_INLINE void atomic_wait_explicit(const atomic<T>* object, typename atomic<T>::value_type old,
                                             std::memory_order order) {
  object->wait(old, order);
}

template <class T>
SNAG_ALWAYS_INLINE void atomic_notify_one(atomic<T>* object) {
  object->notify_one();
}

template <class T>
SNAG_ALWAYS_INLINE void atomic_notify_all(atomic<T>* object) {
  object->notify_all();
}

SNAG_ALWAYS_INLINE bool atomic_flag_test(const atomic_flag* flag) { return flag->test(); }
SNAG_ALWAYS_INLINE bool atomic_flag_test_explicit(const atomic_flag* flag, std::memory_order order) {
  return flag->test(order);
}
SNAG_ALWAYS_INLINE bool atomic_flag_test_and_set(atomic_flag* flag) { return flag->test_and_set(); }
SNAG_ALWAYS_INLINE bool atomic_flag_test_and_set_explicit(atomic_flag* flag, std::memory_order order) {
  return flag->test_and_set(order);
}
SNAG_ALWAYS_INLINE void atomic_flag_clear(atomic_flag* flag) { flag->clear(); }
SNAG_ALWAYS_INLINE void atomic_flag_clear_explicit(atomic_flag* flag, std::memory_order order) { flag->clear(order); }
SNAG_ALWAYS_INLINE void atomic_flag_wait(const atomic_flag* flag, bool old) { flag->wait(old); }
SNAG_ALWAYS_INLINE void atomic_flag_wait_explicit(const atomic_flag* flag, bool old, std::memory_order order) {
  flag->wait(old, order);
}
SNAG_ALWAYS_INLINE void atomic_flag_notify_one(atomic_flag* flag) { flag->notify_one(); }
SNAG_ALWAYS_INLINE void atomic_flag_notify_all(atomic_flag* flag) { flag->notify_all(); }

}  // namespace snag
