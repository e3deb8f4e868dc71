// Two guests finish and leave; neither may leave before the other has finished.
#include "interface.h"

namespace solution {

void scenario() {
  auto party = make_party();
  snag::shared<bool> first_finished{false, "first finished"};
  snag::shared<bool> second_finished{false, "second finished"};
  snag::latch both_there{1};  // the guests use each other's thread object, so both must exist
  snag::latch both_left{2};
  snag::thread first;
  snag::thread second;

  first = snag::thread([&] {
    both_there.wait();
    first_finished = true;
    party->leave_together(second);
    snag::check(second_finished, "the second guest has finished when the first leaves");
    both_left.count_down();
  });
  second = snag::thread([&] {
    both_there.wait();
    second_finished = true;
    party->leave_together(first);
    snag::check(first_finished, "the first guest has finished when the second leaves");
    both_left.count_down();
  });
  both_there.count_down();

  both_left.wait();
  if (first.joinable()) first.join();
  if (second.joinable()) second.join();
}

}  // namespace solution
