// The program whose whole executions are measured: two threads increment a counter under a mutex.
#include <mutex>
#include <thread>

int main() {
  std::mutex mutex;
  int counter = 0;
  const auto add = [&] {
    const std::lock_guard lock(mutex);
    ++counter;
  };
  std::thread first(add);
  std::thread second(add);
  first.join();
  second.join();
  return counter == 2 ? 0 : 1;
}
