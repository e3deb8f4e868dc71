// Double-checked locking around an atomic pointer, and the language's own way beside it.
#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

struct Settings {
  std::string name = "default";
};

std::mutex mutex;
std::atomic<Settings*> settings{nullptr};

Settings& get() {
  Settings* found = settings.load(std::memory_order_acquire);
  if (found == nullptr) {
    std::lock_guard lock(mutex);
    found = settings.load(std::memory_order_relaxed);
    if (found == nullptr) {
      found = new Settings;
      settings.store(found, std::memory_order_release);
    }
  }
  return *found;
}

Settings& local() {
  static Settings settings_of_the_function;
  return settings_of_the_function;
}

int main() {
  std::thread other([] {
    get();
    local();
  });
  const bool right = get().name == local().name;
  other.join();
  delete settings.load();
  std::puts(right ? "right" : "wrong");
  return right ? 0 : 1;
}
