// Double-checked locking around an ordinary pointer.
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

struct Settings {
  std::string name = "default";
};

std::mutex mutex;
Settings* settings = nullptr;

Settings& get() {
  if (settings == nullptr) {
    std::lock_guard lock(mutex);
    if (settings == nullptr) settings = new Settings;
  }
  return *settings;
}

int main() {
  std::thread other([] { get(); });
  const bool right = get().name == "default";
  other.join();
  delete settings;
  std::puts(right ? "right" : "wrong");
}
