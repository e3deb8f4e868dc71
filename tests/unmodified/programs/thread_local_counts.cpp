// Each thread counts for itself, and its count is added to the total when the thread ends.
#include <atomic>
#include <iostream>
#include <thread>

std::atomic<int> total{0};

struct Count {
  int value = 0;
  ~Count() { total += value; }
};

thread_local Count count;
thread_local int calls = 100;

int main() {
  bool separate[2] = {};
  auto work = [&](int self) {
    for (int i = 0; i <= self; ++i) {
      ++count.value;
      ++calls;
    }
    separate[self] = calls == 101 + self;
  };
  std::thread one(work, 0), two(work, 1);
  one.join();
  two.join();
  std::cout << total << '\n';
  return total == 3 && separate[0] && separate[1] && calls == 100 ? 0 : 1;
}
