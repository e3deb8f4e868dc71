// A cache that looks for an entry under a shared lock, and looks again before it makes one.
#include <cstdio>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

class Cache {
 public:
  std::string get(int key) {
    {
      std::shared_lock lock(mutex_);
      const auto found = entries_.find(key);
      if (found != entries_.end()) return found->second;
    }
    std::unique_lock lock(mutex_);
    const auto [entry, is_new] = entries_.try_emplace(key);
    if (is_new) {
      ++made_;
      entry->second = std::to_string(key);
    }
    return entry->second;
  }
  int made() const { return made_; }

 private:
  std::shared_mutex mutex_;
  std::map<int, std::string> entries_;
  int made_ = 0;
};

int main() {
  Cache cache;
  std::thread other([&] { cache.get(3); });
  const bool right = cache.get(3) == "3";
  other.join();
  if (right && cache.made() == 1) return 0;
  std::fprintf(stderr, "made %d times\n", cache.made());
  return 4;
}
