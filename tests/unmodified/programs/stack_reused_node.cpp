// A lock-free stack of nodes that are used again: a compare-and-swap that takes an old top for the present one (ABA)
// hands out a node that somebody else has.
#include <array>
#include <atomic>
#include <cassert>
#include <cstdio>
#include <thread>

constexpr int none = -1;
std::array<std::atomic<int>, 3> next;
std::array<std::atomic<bool>, 3> taken;
std::atomic<int> top;

int pop() {
  int node = top.load();
  while (node != none && !top.compare_exchange_strong(node, next[node].load())) continue;
  if (node != none) {
    const bool twice = taken[node].exchange(true);
    assert(!twice);
  }
  return node;
}

void push(int node) {
  taken[node].store(false);
  next[node].store(top.load());
  int expected = next[node].load();
  while (!top.compare_exchange_strong(expected, node)) next[node].store(expected);
}

int main() {
  for (int node = 0; node < 3; ++node) next[node].store(node - 1);
  top.store(2);
  std::thread other([] { pop(); });
  const int first = pop();
  const int second = pop();
  if (first != none) push(first);
  if (second != none) pop();
  other.join();
  std::puts("done");
}
