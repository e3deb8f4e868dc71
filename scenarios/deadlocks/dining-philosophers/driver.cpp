// Three philosophers at a round table with three forks; each eats once.
#include "interface.h"

namespace solution {

void eat(Fork& left, Fork& right) {
  left.uses += 1;
  right.uses += 1;
}

void scenario() {
  Fork one(1, "fork 1", "uses of fork 1");
  Fork two(2, "fork 2", "uses of fork 2");
  Fork three(3, "fork 3", "uses of fork 3");
  snag::thread first([&] { dine(one, two); });
  snag::thread second([&] { dine(two, three); });
  snag::thread third([&] { dine(three, one); });
  first.join();
  second.join();
  third.join();
  const bool all_ate = one.uses == 2 && two.uses == 2 && three.uses == 2;
  snag::check(all_ate, "every philosopher has eaten");
}

}  // namespace solution
