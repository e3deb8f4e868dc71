// Two threads go through phases together; the last one to arrive adds up.
#include <array>
#include <barrier>
#include <iostream>
#include <thread>
#include <vector>

int main() {
  std::array<int, 2> parts{};
  int total = 0;
  std::barrier sync(2, [&]() noexcept { total += parts[0] + parts[1]; });
  {
    std::vector<std::jthread> threads;
    for (std::size_t self = 0; self < 2; ++self)
      threads.emplace_back([&, self] {
        for (int phase = 1; phase <= 2; ++phase) {
          parts[self] = phase;
          sync.arrive_and_wait();
        }
      });
  }
  std::cout << total << '\n';
  return total == 6 ? 0 : 1;
}
