// The configuration is replaced while a worker copies the pointer to it, both under a mutex; copies are used without.
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>

struct Configuration {
  int size = 1;
};

std::mutex mutex;
std::shared_ptr<const Configuration> current = std::make_shared<Configuration>();

std::shared_ptr<const Configuration> configuration() {
  std::lock_guard lock(mutex);
  return current;
}

int main() {
  std::thread reloads([] {
    auto next = std::make_shared<Configuration>(Configuration{2});
    std::lock_guard lock(mutex);
    current = std::move(next);
  });
  const int size = configuration()->size;
  reloads.join();
  std::printf("%d\n", size);
  return (size == 1 || size == 2) && configuration()->size == 2 ? 0 : 1;
}
