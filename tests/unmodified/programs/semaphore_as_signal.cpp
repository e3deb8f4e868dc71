// A binary semaphore is the signal that a worker gives.
#include <iostream>
#include <semaphore>
#include <thread>

int main() {
  std::binary_semaphore ready{0};
  int result = 0;
  std::thread worker([&] {
    result = 7;
    ready.release();
  });
  ready.acquire();
  std::cout << result << '\n';
  const bool right = result == 7;
  worker.join();
  return right ? 0 : 1;
}
