// Three philosophers; each takes both forks together.
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
      std::scoped_lock both(forks[seat], forks[(seat + 1) % forks.size()]);
      ++meals[seat];
    });
  for (std::thread& philosopher : philosophers) philosopher.join();
  std::cout << meals[0] + meals[1] + meals[2] << " meals\n";
  return meals[0] + meals[1] + meals[2] == 3 ? 0 : 1;
}
