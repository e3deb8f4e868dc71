// The counter is atomic, so every load and every store is safe.
#include "interface.h"

namespace solution {
namespace {

class LoadStoreMachine final : public TicketMachine {
 public:
  LoadStoreMachine() { snag::name(last_, "last ticket"); }

  int take() override {
    const int ticket = last_.load() + 1;
    last_.store(ticket);
    return ticket;
  }

 private:
  snag::atomic<int> last_{0};
};

}  // namespace

std::unique_ptr<TicketMachine> make_ticket_machine() { return std::make_unique<LoadStoreMachine>(); }

}  // namespace solution
