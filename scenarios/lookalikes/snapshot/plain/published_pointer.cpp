// Every version is an object of its own that nobody changes any more once its pointer is published. The settings in it
// are plain variables, read without a lock.
#include "interface.h"

#include <atomic>
#include <vector>

namespace solution {
namespace {

struct Version {
  explicit Version(Settings settings) : number(settings.number), port(settings.port) {}

  int number;
  int port;
};

class PublishedConfiguration final : public Configuration {
 public:
  explicit PublishedConfiguration(Settings first) { publish(first); }

  void change(Settings settings) override { publish(settings); }

  Settings current() override {
    const Version* const version = current_.load(std::memory_order_acquire);
    return {version->number, version->port};
  }

 private:
  void publish(Settings settings) {
    versions_.push_back(std::make_unique<Version>(settings));
    current_.store(versions_.back().get(), std::memory_order_release);
  }

  // Old versions are kept, since a reader may still be reading one. Only the writer uses the list.
  std::vector<std::unique_ptr<Version>> versions_;
  std::atomic<Version*> current_{nullptr};
};

}  // namespace

std::unique_ptr<Configuration> make_configuration(Settings first) {
  return std::make_unique<PublishedConfiguration>(first);
}

}  // namespace solution
