// A ring for one producer and one consumer.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <thread>

class Ring {
 public:
  bool push(int item) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) == items_.size()) return false;
    items_[tail % items_.size()] = item;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }
  bool pop(int& item) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    item = items_[head % items_.size()];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

 private:
  std::array<int, 2> items_{};
  std::atomic<std::size_t> head_{0};
  std::atomic<std::size_t> tail_{0};
};

int main() {
  Ring ring;
  std::thread producer([&] {
    for (int item = 1; item <= 3; ++item)
      while (!ring.push(item)) std::this_thread::yield();
  });
  int sum = 0;
  for (int taken = 0; taken < 3;) {
    int item = 0;
    if (!ring.pop(item)) {
      std::this_thread::yield();
      continue;
    }
    sum += item;
    ++taken;
  }
  producer.join();
  std::printf("%d\n", sum);
  return sum == 6 ? 0 : 1;
}
