// Two threads take turns by waiting for an atomic to change.
#include <atomic>
#include <cstdio>
#include <thread>

int main() {
  std::atomic<int> turn{0};
  int played = 0;
  std::thread other([&] {
    turn.wait(0);
    ++played;
    turn.store(2);
    turn.notify_one();
  });
  ++played;
  turn.store(1);
  turn.notify_one();
  turn.wait(1);
  const bool right = played == 2;
  other.join();
  std::puts(right ? "played" : "failed");
  return right ? 0 : 1;
}
