// Three philosophers; each takes the left fork first.
#include <array>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

int main() {
  std::array<std::mutex, 3> forks;
  std::array<int, 3> meals{};
  std::vector<std::thread> philosophers;
  for (std::size_t seat = 0; seat < forks.size(); ++seat)
    philosophers.emplace_back([&, seat] {
      std::lock_guard left(forks[seat]);
      std::lock_guard right(forks[(seat + 1) % forks.size()]);
      ++meals[seat];
    });
  for (std::thread& philosopher : philosophers) philosopher.join();
  std::cout << meals[0] + meals[1] + meals[2] << " meals\n";
}
