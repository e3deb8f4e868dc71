// Who waits for the other's thread to end has surely waited long enough.
#include "interface.h"

namespace solution {
namespace {

class JoiningParty final : public Party {
 public:
  void leave_together(snag::thread& other) override { other.join(); }
};

}  // namespace

std::unique_ptr<Party> make_party() { return std::make_unique<JoiningParty>(); }

}  // namespace solution
