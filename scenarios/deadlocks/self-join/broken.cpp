// The worker tidies up behind itself: after its last request it closes the session.
#include "interface.h"

namespace solution {
namespace {

class TidySession final : public Session {
 public:
  void start() override {
    worker_ = snag::thread([this] { work(); });
    started_.count_down();
  }

  void close() override {
    if (worker_.joinable()) worker_.join();
  }

  int handled() override { return handled_; }

 private:
  void work() {
    started_.wait();
    handled_ += 1;
    close();
  }

  snag::latch started_{1};  // worker_ is there
  snag::shared<int> handled_{0, "handled"};
  snag::thread worker_;
};

}  // namespace

std::unique_ptr<Session> make_session() { return std::make_unique<TidySession>(); }

}  // namespace solution
