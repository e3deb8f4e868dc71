// Gives out ticket numbers, each once.
#include <atomic>
#include <cstdio>
#include <thread>

std::atomic<int> next_ticket{1};

int take_ticket() { return next_ticket.fetch_add(1); }

int main() {
  int mine = 0, yours = 0;
  std::thread you([&] { yours = take_ticket(); });
  mine = take_ticket();
  you.join();
  std::printf("tickets %d and %d\n", mine, yours);
  return mine + yours == 3 && mine != yours ? 0 : 1;
}
