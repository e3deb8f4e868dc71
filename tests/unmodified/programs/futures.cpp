// The ways to a future: async, a packaged task and a promise, with a value and with an exception.
#include <future>
#include <iostream>
#include <stdexcept>
#include <thread>

int main() {
  std::future<int> by_async = std::async(std::launch::async, [] { return 1; });
  std::packaged_task<int(int)> doubled([](int value) { return 2 * value; });
  std::future<int> by_task = doubled.get_future();
  std::promise<int> promise;
  std::future<int> by_promise = promise.get_future();
  std::thread task(std::move(doubled), 5);
  std::thread breaks([&] { promise.set_exception(std::make_exception_ptr(std::runtime_error("no"))); });
  int failures = 0;
  try {
    by_promise.get();
  } catch (const std::runtime_error&) { ++failures; }
  const int sum = by_async.get() + by_task.get();
  task.join();
  breaks.join();
  std::cout << sum << " and " << failures << '\n';
  return sum == 11 && failures == 1 ? 0 : 1;
}
