// A buffer for one item. Producers and consumers wait in the same condition, and one of them is woken.
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

class Buffer {
 public:
  void put(int item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !item_; });
    item_ = item;
    changed_.notify_one();
  }
  int take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return item_.has_value(); });
    const int item = *item_;
    item_.reset();
    changed_.notify_one();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
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
}
