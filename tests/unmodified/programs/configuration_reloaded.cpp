// The configuration is replaced while a worker copies the pointer to it: the count is atomic, the shared_ptr is not.
#include <cstdio>
#include <memory>
#include <thread>

struct Configuration {
  int size = 1;
};

std::shared_ptr<const Configuration> current = std::make_shared<Configuration>();

int main() {
  std::thread reloads([] { current = std::make_shared<Configuration>(Configuration{2}); });
  const std::shared_ptr<const Configuration> mine = current;
  const int size = mine->size;
  reloads.join();
  std::printf("%d\n", size);
}
