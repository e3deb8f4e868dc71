// Whoever meets the mark puts it back for the next one.
#include "interface.h"

namespace solution {
namespace {

class MarkedJobs final : public Jobs {
 public:
  MarkedJobs() { snag::name(queue_, "jobs"); }

  void add(int job) override { queue_.put(job); }
  void close() override { queue_.put(none); }

  int next() override {
    const int job = queue_.get();
    if (job == none) queue_.put(none);
    return job;
  }

 private:
  snag::queue::Queue<int> queue_;
};

}  // namespace

std::unique_ptr<Jobs> make_jobs() { return std::make_unique<MarkedJobs>(); }

}  // namespace solution
