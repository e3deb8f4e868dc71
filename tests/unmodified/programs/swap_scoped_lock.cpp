// One thread exchanges two values under both locks, while another changes one of them under its own.
#include <iostream>
#include <mutex>
#include <thread>
#include <utility>

struct Cell {
  std::mutex mutex;
  int value = 0;
};

int main() {
  Cell left, right;
  left.value = 1;
  right.value = 2;
  std::thread swaps([&] {
    std::scoped_lock both(left.mutex, right.mutex);
    std::swap(left.value, right.value);
  });
  {
    std::lock_guard lock(right.mutex);
    right.value += 10;
  }
  swaps.join();
  std::cout << left.value << " and " << right.value << '\n';
  return left.value + right.value == 13 ? 0 : 1;
}
