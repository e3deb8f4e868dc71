// A mutex is locked by the thread that hands out a job, and unlocked by the one that has done it.
#include <iostream>
#include <mutex>
#include <thread>

int main() {
  std::mutex busy;
  int result = 0;
  busy.lock();
  std::thread worker([&] {
    result = 7;
    busy.unlock();
  });
  worker.join();
  std::lock_guard lock(busy);
  std::cout << result << '\n';
}
