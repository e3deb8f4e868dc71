// The end comes through the queue itself, behind the last item. Nobody polls.
#include "interface.h"

namespace solution {
namespace {

class EndingChannel final : public Channel {
 public:
  explicit EndingChannel(const char* name) { snag::name(items_, name); }

  void send(int item) override { items_.put(item); }
  void close() override { items_.put(std::nullopt); }
  std::optional<int> receive() override { return items_.get(); }

 private:
  snag::queue::Queue<std::optional<int>> items_;
};

}  // namespace

std::unique_ptr<Channel> make_channel(const char* name) { return std::make_unique<EndingChannel>(name); }

}  // namespace solution
