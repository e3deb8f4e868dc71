// The length of a vector is read while a thread appends to it.
#include <cstdio>
#include <thread>
#include <vector>

int main() {
  std::vector<int> numbers;
  numbers.reserve(4);
  std::thread appends([&] { numbers.push_back(1); });
  const std::size_t before = numbers.size();
  appends.join();
  std::printf("%zu then %zu\n", before, numbers.size());
}
