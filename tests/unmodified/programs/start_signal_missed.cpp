// A runner waits for the start signal, which may have been given before.
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable started;

int main() {
  std::thread runner([] {
    std::unique_lock lock(mutex);
    started.wait(lock);
  });
  {
    std::lock_guard lock(mutex);
    started.notify_one();
  }
  runner.join();
  std::cout << "finished\n";
}
