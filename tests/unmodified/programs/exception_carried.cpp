// Workers take jobs out of a list that others may have emptied; exceptions are carried to the main thread.
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

std::mutex mutex;
std::vector<int> jobs = {1};

int take() {
  std::lock_guard lock(mutex);
  const int job = jobs.at(0);
  jobs.clear();
  return job;
}

int main() {
  int failures = 0, successes = 0;
  std::exception_ptr carried;
  std::thread worker([&] {
    try {
      take();
    } catch (...) { carried = std::current_exception(); }
  });
  try {
    take();
    ++successes;
  } catch (const std::out_of_range&) { ++failures; }
  worker.join();
  try {
    if (carried) std::rethrow_exception(carried);
    ++successes;
  } catch (const std::out_of_range&) { ++failures; }
  std::cout << successes << " and " << failures << '\n';
  return successes == 1 && failures == 1 ? 0 : 1;
}
