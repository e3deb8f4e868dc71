// Initialisation by call_once, whose first attempt throws: another thread, or the same one, tries again.
#include <atomic>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

std::once_flag flag;
std::atomic<int> attempts{0};
int resource = 0;

void open() {
  if (attempts.fetch_add(1) == 0) throw std::runtime_error("not yet");
  resource = 9;
}

int use() {
  for (;;) {
    try {
      std::call_once(flag, open);
      return resource;
    } catch (const std::runtime_error&) { continue; }
  }
}

int main() {
  int theirs = 0;
  std::thread other([&] { theirs = use(); });
  const int mine = use();
  other.join();
  std::cout << attempts << " attempts\n";
  return mine == 9 && theirs == 9 && attempts == 2 ? 0 : 1;
}
