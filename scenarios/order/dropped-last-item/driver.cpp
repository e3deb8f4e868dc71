// A pipeline of three stages: the first sends 1 and 2, the second makes 10 and 20 of them, the third adds them up.
#include "interface.h"

namespace solution {

void scenario() {
  auto numbers = make_channel("numbers");
  auto tens = make_channel("tens");
  int sum = 0;  // written by one thread and read after its join
  snag::thread source([&] {
    numbers->send(1);
    numbers->send(2);
    numbers->close();
  });
  snag::thread multiplier([&] {
    while (const std::optional<int> number = numbers->receive()) tens->send(*number * 10);
    tens->close();
  });
  snag::thread adder([&] {
    while (const std::optional<int> ten = tens->receive()) sum += *ten;
  });
  source.join();
  multiplier.join();
  adder.join();
  snag::check(sum == 30, "no item is dropped on the way");
}

}  // namespace solution
