// A lock of two flags: each looks at the other's flag and then raises its own, so that both may enter.
#include <atomic>
#include <cassert>
#include <cstdio>
#include <thread>

std::atomic<bool> wants[2] = {false, false};
std::atomic<int> inside{0};

void enter(int self) {
  while (wants[1 - self].load()) std::this_thread::yield();
  wants[self].store(true);
  const int others = inside.fetch_add(1);
  assert(others == 0);
  inside.fetch_sub(1);
  wants[self].store(false);
}

int main() {
  std::thread other(enter, 1);
  enter(0);
  other.join();
  std::puts("both");
}
