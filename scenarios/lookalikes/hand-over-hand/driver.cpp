// Two threads insert a node each: 10 and 20 into 0, 15, 99.
#include "interface.h"

namespace solution {

void scenario() {
  Node end(99, nullptr, "lock of 99", "next of 99");
  Node middle(15, &end, "lock of 15", "next of 15");
  Node first(0, &middle, "lock of 0", "next of 0");
  Node ten(10, nullptr, "lock of 10", "next of 10");
  Node twenty(20, nullptr, "lock of 20", "next of 20");
  snag::thread one([&] { insert(first, ten); });
  snag::thread other([&] { insert(first, twenty); });
  one.join();
  other.join();
  int count = 0;
  int last = -1;
  for (Node* node = &first; node != nullptr; node = node->next) {
    snag::check(node->value > last, "the list is sorted");
    last = node->value;
    ++count;
  }
  snag::check(count == 5 && last == 99, "every node is in the list");
}

}  // namespace solution
