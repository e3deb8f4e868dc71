// A visitor enters by each of two doors.
#include "interface.h"

namespace solution {

void scenario() {
  auto visitors = make_visitor_count();
  snag::thread front_door([&] { visitors->enter(); });
  snag::thread back_door([&] { visitors->enter(); });
  front_door.join();
  back_door.join();
  snag::check(visitors->total() == 2, "every visitor is counted");
}

}  // namespace solution
