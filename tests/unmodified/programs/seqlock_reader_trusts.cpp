// A sequence lock whose reader does not look whether the writer has come in between.
#include <atomic>
#include <cassert>
#include <cstdio>
#include <thread>

std::atomic<unsigned> sequence{0};
std::atomic<int> low{0}, high{0};

void write(int value) {
  sequence.fetch_add(1);
  low.store(value);
  high.store(value);
  sequence.fetch_add(1);
}

int read() {
  while (sequence.load() % 2 != 0) std::this_thread::yield();
  const int first = low.load();
  const int second = high.load();
  assert(first == second);
  return first;
}

int main() {
  std::thread writer([] { write(1); });
  std::printf("%d\n", read());
  writer.join();
}
