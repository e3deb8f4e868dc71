// Opens the connection if there is none yet.
#include "interface.h"

namespace solution {
namespace {

class LazyClient final : public Client {
 public:
  explicit LazyClient(Server& server) : server_(server) {}

  int connection() override {
    if (connection_ == none) connection_ = server_.open();
    return connection_;
  }

 private:
  static constexpr int none = 0;

  Server& server_;
  snag::shared<int> connection_{none, "connection"};
};

}  // namespace

std::unique_ptr<Client> make_client(Server& server) { return std::make_unique<LazyClient>(server); }

}  // namespace solution
