// A cache that looks for an entry, and makes it if it is not there. Each step is locked, the two together are not.
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>

class Cache {
 public:
  std::string get(int key) {
    if (!contains(key)) make(key);
    std::lock_guard lock(mutex_);
    return entries_.at(key);
  }
  int made() const { return made_; }

 private:
  bool contains(int key) {
    std::lock_guard lock(mutex_);
    return entries_.count(key) != 0;
  }
  void make(int key) {
    std::lock_guard lock(mutex_);
    ++made_;
    entries_[key] = std::to_string(key);
  }

  std::mutex mutex_;
  std::map<int, std::string> entries_;
  int made_ = 0;
};

int main() {
  Cache cache;
  std::thread other([&] { cache.get(3); });
  cache.get(3);
  other.join();
  if (cache.made() == 1) return 0;
  std::fprintf(stderr, "made %d times\n", cache.made());
  return 4;
}
