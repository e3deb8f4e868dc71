// A runner waits for the start signal, which is kept in a variable.
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable started;
bool go = false;

int main() {
  std::thread runner([] {
    std::unique_lock lock(mutex);
    started.wait(lock, [] { return go; });
  });
  {
    std::lock_guard lock(mutex);
    go = true;
  }
  started.notify_one();
  runner.join();
  std::cout << "finished\n";
}
