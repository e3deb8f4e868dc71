// A shared_mutex: readers share it, the writer takes it alone.
#include "interface.h"

#include <mutex>
#include <shared_mutex>

namespace solution {
namespace {

class SharedPage final : public Page {
 public:
  SharedPage() { snag::name(mutex_, "page lock"); }

  int read() override {
    std::shared_lock lock(mutex_);
    return text_;
  }

  void write(int text) override {
    std::lock_guard lock(mutex_);
    text_ = text;
  }

 private:
  snag::shared_mutex mutex_;
  snag::shared<int> text_{1, "text"};
};

}  // namespace

std::unique_ptr<Page> make_page() { return std::make_unique<SharedPage>(); }

}  // namespace solution
