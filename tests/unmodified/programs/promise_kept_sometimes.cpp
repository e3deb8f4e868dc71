// A promise is kept only by the thread that comes first to the counter; the other one waits for it for ever.
#include <atomic>
#include <cstdio>
#include <future>
#include <thread>

int main() {
  std::promise<int> promise;
  std::future<int> answer = promise.get_future();
  std::atomic<int> arrived{0};
  std::thread worker([&] {
    if (arrived.fetch_add(1) == 0) promise.set_value(42);
  });
  arrived.fetch_add(1);
  std::printf("%d\n", answer.get());
  worker.join();
}
