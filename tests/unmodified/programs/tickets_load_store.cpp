// Gives out ticket numbers. Loading and storing are atomic, but not the two together.
#include <atomic>
#include <cstdio>
#include <thread>

std::atomic<int> next_ticket{1};

int take_ticket() {
  const int ticket = next_ticket.load();
  next_ticket.store(ticket + 1);
  return ticket;
}

int main() {
  int mine = 0, yours = 0;
  std::thread you([&] { yours = take_ticket(); });
  mine = take_ticket();
  you.join();
  std::printf("tickets %d and %d\n", mine, yours);
}
