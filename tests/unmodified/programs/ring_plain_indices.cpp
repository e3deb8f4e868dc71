// A ring for one producer and one consumer, whose indices are plain integers.
#include <array>
#include <cstddef>
#include <cstdio>
#include <thread>

class Ring {
 public:
  bool push(int item) {
    if (tail_ - head_ == items_.size()) return false;
    items_[tail_ % items_.size()] = item;
    ++tail_;
    return true;
  }
  bool pop(int& item) {
    if (head_ == tail_) return false;
    item = items_[head_ % items_.size()];
    ++head_;
    return true;
  }

 private:
  std::array<int, 2> items_{};
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

int main() {
  Ring ring;
  std::thread producer([&] { ring.push(5); });
  int item = 0;
  const bool taken = ring.pop(item);
  producer.join();
  std::printf("%s %d\n", taken ? "took" : "missed", item);
}
