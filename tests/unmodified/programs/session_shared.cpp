// A session lives as long as somebody refers to it; a late request finds it gone.
#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>

struct Session {
  std::atomic<int> requests{0};
};

int main() {
  auto session = std::make_shared<Session>();
  std::atomic<int> answered{0};
  std::thread request([&answered, weak = std::weak_ptr<Session>(session)] {
    if (const auto strong = weak.lock()) answered += 1 + strong->requests.fetch_add(1);
  });
  session.reset();
  request.join();
  std::printf("closed after %d requests\n", answered.load());
  return answered.load() <= 1 ? 0 : 1;
}
