// Writes the line piece by piece. The terminal takes care that no piece is damaged.
#include "interface.h"

namespace solution {
namespace {

class PiecePrinter final : public Printer {
 public:
  explicit PiecePrinter(Terminal& terminal) : terminal_(terminal) {}

  void print(const std::string& name, int points) override {
    terminal_.write(name + ": ");
    terminal_.write(std::to_string(points) + "\n");
  }

 private:
  Terminal& terminal_;
};

}  // namespace

std::unique_ptr<Printer> make_printer(Terminal& terminal) { return std::make_unique<PiecePrinter>(terminal); }

}  // namespace solution
