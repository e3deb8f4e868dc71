// Two flags of one object, each set by a thread of its own. They are bits of one byte.
#include <cstdio>
#include <thread>

struct State {
  unsigned connected : 1;
  unsigned authorised : 1;
};

State state = {};

int main() {
  std::thread network([] { state.connected = 1; });
  state.authorised = 1;
  network.join();
  std::printf("%u %u\n", +state.connected, +state.authorised);
}
