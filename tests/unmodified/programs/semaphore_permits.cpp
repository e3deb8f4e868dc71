// Three threads share two permits of a counting semaphore.
#include <atomic>
#include <iostream>
#include <semaphore>
#include <thread>
#include <vector>

int main() {
  std::counting_semaphore<2> permits{2};
  std::atomic<int> inside{0}, most{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] {
        permits.acquire();
        const int now = ++inside;
        int known = most.load();
        while (known < now && !most.compare_exchange_weak(known, now)) continue;
        --inside;
        permits.release();
      });
  }
  std::cout << "at most " << most << '\n';
  return most >= 1 && most <= 2 ? 0 : 1;
}
