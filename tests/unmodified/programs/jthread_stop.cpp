// A jthread waits for work, or for the request to stop, which its destructor makes.
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <stop_token>
#include <thread>

int main() {
  std::mutex mutex;
  std::condition_variable_any changed;
  int work = 1, done = 0;
  {
    std::jthread worker([&](std::stop_token stop) {
      std::unique_lock lock(mutex);
      while (changed.wait(lock, stop, [&] { return work > 0; })) {
        --work;
        ++done;
      }
    });
    {
      std::lock_guard lock(mutex);
      ++work;
    }
    changed.notify_one();
  }
  std::cout << done << " of " << done + work << '\n';
  return done + work == 2 ? 0 : 1;
}
