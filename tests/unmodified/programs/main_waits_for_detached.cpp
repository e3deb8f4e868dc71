// A detached thread saves the work, and main returns when it has told that it is saved. What it does afterwards may be
// cut off.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

std::mutex& mutex = *new std::mutex;
std::condition_variable& changed = *new std::condition_variable;
bool saved = false;

int main() {
  std::thread([] {
    std::lock_guard lock(mutex);
    saved = true;
    changed.notify_one();
  }).detach();
  std::unique_lock lock(mutex);
  changed.wait(lock, [] { return saved; });
  std::puts("saved");
  return saved ? 0 : 3;
}
