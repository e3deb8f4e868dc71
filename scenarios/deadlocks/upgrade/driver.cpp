// Two threads need the value, which is not there yet.
#include "interface.h"

namespace solution {

void scenario() {
  Computation computation;
  auto cache = make_cache(computation);
  int one = 0;  // each is written by one thread and read after its join
  int other = 0;
  snag::thread first([&] { one = cache->get(); });
  snag::thread second([&] { other = cache->get(); });
  first.join();
  second.join();
  snag::check(one == 42 && other == 42, "everybody gets the value");
  snag::check(computation.made() == 1, "the value is computed once");
}

}  // namespace solution
