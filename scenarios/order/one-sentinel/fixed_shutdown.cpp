// A queue that is shut down tells everybody who asks when it is empty.
#include "interface.h"

namespace solution {
namespace {

class ClosingJobs final : public Jobs {
 public:
  ClosingJobs() { snag::name(queue_, "jobs"); }

  void add(int job) override { queue_.put(job); }
  void close() override { queue_.shutdown(); }

  int next() override {
    try {
      return queue_.get();
    } catch (const snag::queue::ShutDown&) { return none; }
  }

 private:
  snag::queue::Queue<int> queue_;
};

}  // namespace

std::unique_ptr<Jobs> make_jobs() { return std::make_unique<ClosingJobs>(); }

}  // namespace solution
