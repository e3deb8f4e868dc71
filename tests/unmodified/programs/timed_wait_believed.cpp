// Waits for a result for at most a second, and does not look whether it came.
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

int main() {
  std::mutex mutex;
  std::condition_variable changed;
  int result = 0;
  std::thread worker([&] {
    std::lock_guard lock(mutex);
    result = 8;
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  changed.wait_for(lock, std::chrono::seconds(1), [&] { return result != 0; });
  assert(result == 8);
  std::printf("%d\n", result);
  lock.unlock();
  worker.join();
}
