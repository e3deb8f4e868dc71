// A lock of the printer's own is held over all pieces of a line.
#include "interface.h"

namespace solution {
namespace {

class LockedPrinter final : public Printer {
 public:
  explicit LockedPrinter(Terminal& terminal) : terminal_(terminal) { snag::name(mutex_, "line lock"); }

  void print(const std::string& name, int points) override {
    std::lock_guard guard(mutex_);
    terminal_.write(name + ": ");
    terminal_.write(std::to_string(points) + "\n");
  }

 private:
  Terminal& terminal_;
  snag::mutex mutex_;
};

}  // namespace

std::unique_ptr<Printer> make_printer(Terminal& terminal) { return std::make_unique<LockedPrinter>(terminal); }

}  // namespace solution
