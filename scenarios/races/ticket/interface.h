// The machine at the door that hands out numbered tickets.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// Hands out 1, 2, 3, ...
class TicketMachine {
 public:
  virtual ~TicketMachine() = default;
  /// The next ticket, given to nobody else. Any thread may call this at any time.
  virtual int take() = 0;
};

/// What a variant implements.
std::unique_ptr<TicketMachine> make_ticket_machine();

}  // namespace solution
