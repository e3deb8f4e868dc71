// A worker says by an atomic bool that its result is there; the others poll it.
#include <atomic>
#include <cstdio>
#include <thread>

struct Job {
  int result = 0;
  std::atomic<bool> done{false};
};

int main() {
  Job job;
  std::thread worker([&] {
    job.result = 42;
    job.done.store(true, std::memory_order_release);
  });
  while (!job.done.load(std::memory_order_acquire)) std::this_thread::yield();
  const int seen = job.result;
  worker.join();
  std::printf("%d\n", seen);
  return seen == 42 ? 0 : 1;
}
