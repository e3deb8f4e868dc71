// Peterson's lock: each says that it wants to enter, and lets the other go first.
#include <atomic>
#include <cstdio>
#include <thread>

std::atomic<bool> wants[2] = {false, false};
std::atomic<int> last{0};
int count = 0;

void enter(int self) {
  wants[self].store(true);
  last.store(self);
  while (wants[1 - self].load() && last.load() == self) std::this_thread::yield();
  ++count;
  wants[self].store(false);
}

int main() {
  std::thread other(enter, 1);
  enter(0);
  other.join();
  std::printf("%d\n", count);
  return count == 2 ? 0 : 1;
}
