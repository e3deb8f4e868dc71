// A detached thread saves the work. Main returns, and with it the program ends, saved or not.
#include <atomic>
#include <cstdio>
#include <thread>

std::atomic<bool> saved{false};

int main() {
  std::thread([] { saved.store(true); }).detach();
  std::puts("working");
  return saved.load() ? 0 : 3;
}
