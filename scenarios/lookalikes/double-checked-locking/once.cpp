// The library's own form of it: call_once.
#include "interface.h"

namespace solution {
namespace {

class CalledOnce final : public Lazy {
 public:
  Configuration& get() override {
    snag::call_once(made_, [this] { configuration_ = std::make_unique<Configuration>(); });
    return *configuration_;
  }

 private:
  snag::once_flag made_;
  std::unique_ptr<Configuration> configuration_;  // written once, by call_once
};

}  // namespace

std::unique_ptr<Lazy> make_lazy() { return std::make_unique<CalledOnce>(); }

}  // namespace solution
