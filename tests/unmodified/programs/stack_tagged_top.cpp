// A lock-free stack of nodes that are used again. The top counts its changes, so that an old one never passes for new.
#include <array>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <cstdio>
#include <thread>

struct alignas(8) Top {
  std::int32_t node;
  std::uint32_t changes;
};

constexpr int none = -1;
std::array<std::atomic<int>, 3> next;
std::array<std::atomic<bool>, 3> taken;
std::atomic<Top> top;

int pop() {
  Top old = top.load();
  while (old.node != none && !top.compare_exchange_strong(old, Top{next[old.node].load(), old.changes + 1})) continue;
  if (old.node != none) {
    const bool twice = taken[old.node].exchange(true);
    assert(!twice);
  }
  return old.node;
}

void push(int node) {
  taken[node].store(false);
  Top old = top.load();
  do next[node].store(old.node);
  while (!top.compare_exchange_strong(old, Top{node, old.changes + 1}));
}

int main() {
  for (int node = 0; node < 3; ++node) next[node].store(node - 1);
  top.store(Top{2, 0});
  std::thread other([] { pop(); });
  const int first = pop();
  const int second = pop();
  if (first != none) push(first);
  if (second != none) pop();
  other.join();
  std::puts("done");
}
