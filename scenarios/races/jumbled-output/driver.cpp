// Two threads print a line each.
#include "interface.h"

namespace solution {

void scenario() {
  Terminal terminal;
  auto printer = make_printer(terminal);
  snag::thread first([&] { printer->print("Ann", 7); });
  snag::thread second([&] { printer->print("Bob", 5); });
  first.join();
  second.join();
  const std::string text = terminal.text();
  snag::check(text == "Ann: 7\nBob: 5\n" || text == "Bob: 5\nAnn: 7\n", "every line is whole");
}

}  // namespace solution
