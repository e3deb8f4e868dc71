// One producer puts two items, two consumers take one each.
#include "interface.h"

namespace solution {

void scenario() {
  Storage storage;
  auto buffer = make_buffer(storage);
  int first_item = 0;  // each is written by one thread and read after its join
  int second_item = 0;
  snag::thread first_consumer([&] { first_item = buffer->take(); });
  snag::thread second_consumer([&] { second_item = buffer->take(); });
  snag::thread producer([&] {
    buffer->put(1);
    buffer->put(2);
  });
  first_consumer.join();
  second_consumer.join();
  producer.join();
  snag::check(first_item + second_item == 3, "each item is taken once");
}

}  // namespace solution
