// Threads start together behind one latch, and main waits behind another until all have finished.
#include <atomic>
#include <iostream>
#include <latch>
#include <thread>
#include <vector>

int main() {
  std::latch start{1}, finished{2};
  std::atomic<int> sum{0};
  std::vector<std::jthread> threads;
  for (int i = 1; i <= 2; ++i)
    threads.emplace_back([&, i] {
      start.wait();
      sum += i;
      finished.count_down();
    });
  start.count_down();
  finished.wait();
  const int seen = sum;
  std::cout << seen << '\n';
  return seen == 3 ? 0 : 1;
}
