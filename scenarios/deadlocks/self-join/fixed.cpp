// The worker just ends after its last request; the owner, who started it, joins it.
#include "interface.h"

namespace solution {
namespace {

class OwnedSession final : public Session {
 public:
  void start() override {
    worker_ = snag::thread([this] { handled_ += 1; });
  }

  void close() override { worker_.join(); }

  int handled() override { return handled_; }

 private:
  snag::shared<int> handled_{0, "handled"};
  snag::thread worker_;
};

}  // namespace

std::unique_ptr<Session> make_session() { return std::make_unique<OwnedSession>(); }

}  // namespace solution
