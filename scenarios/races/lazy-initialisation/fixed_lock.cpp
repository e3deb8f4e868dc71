// Looks and opens under one lock.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

class LockedClient final : public Client {
 public:
  explicit LockedClient(Server& server) : server_(server) { snag::name(mutex_, "connection lock"); }

  int connection() override {
    std::lock_guard guard(mutex_);
    if (connection_ == none) connection_ = server_.open();
    return connection_;
  }

 private:
  static constexpr int none = 0;

  Server& server_;
  snag::mutex mutex_;
  snag::shared<int> connection_{none, "connection"};
};

}  // namespace

std::unique_ptr<Client> make_client(Server& server) { return std::make_unique<LockedClient>(server); }

}  // namespace solution
