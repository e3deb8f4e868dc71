// A sequence lock: the reader begins again if the writer has come in between.
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
  for (;;) {
    const unsigned before = sequence.load();
    const int first = low.load();
    const int second = high.load();
    if (before % 2 != 0 || sequence.load() != before) {
      std::this_thread::yield();
      continue;
    }
    assert(first == second);
    return first;
  }
}

int main() {
  std::thread writer([] { write(1); });
  std::printf("%d\n", read());
  writer.join();
}
