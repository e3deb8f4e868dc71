// A buffer for one item. Producers wait for room, consumers for an item.
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

class Buffer {
 public:
  void put(int item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return !item_; });
    item_ = item;
    there_.notify_one();
  }
  int take() {
    std::unique_lock lock(mutex_);
    there_.wait(lock, [&] { return item_.has_value(); });
    const int item = *item_;
    item_.reset();
    room_.notify_one();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable room_, there_;
  std::optional<int> item_;
};

int main() {
  Buffer buffer;
  int first = 0, second = 0;
  std::thread one([&] { first = buffer.take(); });
  std::thread two([&] { second = buffer.take(); });
  std::thread producer([&] { buffer.put(1); });
  buffer.put(2);
  for (std::thread* thread : {&one, &two, &producer}) thread->join();
  std::cout << first + second << '\n';
  return first + second == 3 ? 0 : 1;
}
