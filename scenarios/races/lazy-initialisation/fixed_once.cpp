// call_once runs the function for the first caller; the others wait until it is done.
#include "interface.h"

namespace solution {
namespace {

class OnceClient final : public Client {
 public:
  explicit OnceClient(Server& server) : server_(server) {}

  int connection() override {
    snag::call_once(once_, [&] { connection_ = server_.open(); });
    return connection_;
  }

 private:
  static constexpr int none = 0;

  Server& server_;
  snag::once_flag once_;
  snag::shared<int> connection_{none, "connection"};
};

}  // namespace

std::unique_ptr<Client> make_client(Server& server) { return std::make_unique<OnceClient>(server); }

}  // namespace solution
