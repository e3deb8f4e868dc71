// Main waits until both workers are counted down, but a worker that finds nothing left to do returns before.
#include <atomic>
#include <iostream>
#include <latch>
#include <thread>

std::latch finished{2};
std::atomic<int> left{2};

void work() {
  int seen = left.load();
  if (seen == 0) return;
  while (seen > 0)
    if (left.compare_exchange_strong(seen, seen - 1)) seen = left.load();
  finished.count_down();
}

int main() {
  std::thread one(work), two(work);
  finished.wait();
  one.join();
  two.join();
  std::cout << "finished\n";
}
