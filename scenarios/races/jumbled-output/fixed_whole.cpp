// Puts the line together first and writes it in one.
#include "interface.h"

namespace solution {
namespace {

class LinePrinter final : public Printer {
 public:
  explicit LinePrinter(Terminal& terminal) : terminal_(terminal) {}

  void print(const std::string& name, int points) override {
    terminal_.write(name + ": " + std::to_string(points) + "\n");
  }

 private:
  Terminal& terminal_;
};

}  // namespace

std::unique_ptr<Printer> make_printer(Terminal& terminal) { return std::make_unique<LinePrinter>(terminal); }

}  // namespace solution
