// A worker takes a job out of a list that another may have emptied before, and lets the exception escape.
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
  int mine = 0;
  std::thread worker([] { take(); });
  try {
    mine = take();
  } catch (const std::out_of_range&) { std::cout << "nothing left\n"; }
  worker.join();
  std::cout << mine << '\n';
}
