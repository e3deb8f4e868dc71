// One job for two workers, who work until there are no more.
#include "interface.h"

namespace solution {

void scenario() {
  auto jobs = make_jobs();
  int first_done = 0;  // each is written by one thread and read after its join
  int second_done = 0;
  const auto work = [&](int& done) {
    while (const int job = jobs->next()) done += job;
  };
  snag::thread first([&] { work(first_done); });
  snag::thread second([&] { work(second_done); });
  jobs->add(5);
  jobs->close();
  first.join();
  second.join();
  snag::check(first_done + second_done == 5, "every job is done once");
}

}  // namespace solution
