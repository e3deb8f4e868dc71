// A pool of one worker. It is told to stop by an atomic flag and a notification, neither under the lock.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <mutex>
#include <queue>
#include <thread>

class Pool {
 public:
  ~Pool() {
    stop_ = true;
    changed_.notify_all();
    worker_.join();
  }
  void submit(std::function<void()> job) {
    {
      std::lock_guard lock(mutex_);
      jobs_.push(std::move(job));
    }
    changed_.notify_one();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return stop_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      std::function<void()> job = std::move(jobs_.front());
      jobs_.pop();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::function<void()>> jobs_;
  std::atomic<bool> stop_{false};
  std::thread worker_{[this] { work(); }};
};

int main() {
  Pool pool;
  pool.submit([] { std::cout << "job\n"; });
}
