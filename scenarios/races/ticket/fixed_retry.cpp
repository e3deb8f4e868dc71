// A compare-exchange loop: the store takes place only if the counter is still what the load saw.
#include "interface.h"

namespace solution {
namespace {

class RetryMachine final : public TicketMachine {
 public:
  RetryMachine() { snag::name(last_, "last ticket"); }

  int take() override {
    int seen = last_.load();
    while (!last_.compare_exchange_weak(seen, seen + 1)) {}
    return seen + 1;
  }

 private:
  snag::atomic<int> last_{0};
};

}  // namespace

std::unique_ptr<TicketMachine> make_ticket_machine() { return std::make_unique<RetryMachine>(); }

}  // namespace solution
