// A session is closed, and deleted, while a request may still be using it.
#include <atomic>
#include <cstdio>
#include <thread>

struct Session {
  std::atomic<int> requests{0};
};

int main() {
  Session* const session = new Session;
  std::atomic<bool> closing{false};
  std::thread request([&] {
    if (closing.load()) return;
    session->requests.fetch_add(1);
  });
  closing.store(true);
  delete session;
  request.join();
  std::puts("closed");
}
