// A worker waits for a change of an atomic. It is changed, but nobody is told.
#include <atomic>
#include <cstdio>
#include <thread>

int main() {
  std::atomic<int> state{0};
  std::thread worker([&] { state.wait(0); });
  state.store(1);
  worker.join();
  std::puts("done");
}
