// The library's own form of it: call_once.
#include "interface.h"

namespace solution {
namespace {

class CalledOnce final : public Lazy {
 public:
  Configuration& get() override {
    snag::call_once(made_, [this] {
      owner_ = std::make_unique<Configuration>();
      configuration_ = owner_.get();
    });
    return *configuration_.read();
  }

 private:
  snag::once_flag made_;
  std::unique_ptr<Configuration> owner_;
  snag::shared<Configuration*> configuration_{nullptr, "configuration"};
};

}  // namespace

std::unique_ptr<Lazy> make_lazy() { return std::make_unique<CalledOnce>(); }

}  // namespace solution
