// A buffer with room for one item, between one producer and two consumers.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// Where a buffer keeps its item; part of the driver. Any use of it must be under the buffer's lock.
class Storage {
 public:
  bool empty() { return item_ == 0; }

  void push(int item) {
    snag::check(item_ == 0, "nobody puts into a full buffer");
    item_ = item;
  }

  int pop() {
    const int item = item_;
    snag::check(item != 0, "nobody takes from an empty buffer");
    item_ = 0;
    return item;
  }

 private:
  snag::shared<int> item_{0, "item"};  // 0: none
};

/// A buffer. Any thread may call any member at any time.
class Buffer {
 public:
  virtual ~Buffer() = default;
  /// Puts the item; waits until there is room.
  virtual void put(int item) = 0;
  /// Takes the item; waits until there is one.
  virtual int take() = 0;
};

/// What a variant implements: a buffer that keeps its item in the storage given.
std::unique_ptr<Buffer> make_buffer(Storage& storage);

}  // namespace solution
