// A worker says by an ordinary bool that its result is there.
#include <cstdio>
#include <thread>

struct Job {
  int result = 0;
  bool done = false;
} job;

int main() {
  std::thread worker([] {
    job.result = 42;
    job.done = true;
  });
  if (job.done) std::printf("early: %d\n", job.result);
  worker.join();
  std::printf("late: %d\n", job.result);
}
