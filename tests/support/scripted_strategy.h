// A strategy that follows a script, for engine tests: which thread goes at each choice, which value is taken.
#pragma once

#include "harness/strategies/strategy.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace snag {

/// Takes the threads of the script in turn; at the script's end, and where the scripted thread is not offered, the first offered.
class ScriptedStrategy : public Strategy {
 public:
  explicit ScriptedStrategy(std::vector<ThreadIndex> threads = {}, std::vector<std::uint32_t> values = {})
      : threads_(std::move(threads)), values_(std::move(values)) {}

  bool begin(std::uint64_t) override {
    next_thread_ = next_value_ = 0;
    offered.clear();
    return true;
  }
  std::size_t choose_thread(const ThreadDecision& decision) override {
    std::vector<ThreadIndex> options;
    for (const Option& option : decision.options) options.push_back(option.thread);
    offered.push_back(options);
    if (next_thread_ < threads_.size()) {
      const ThreadIndex wanted = threads_[next_thread_++];
      for (std::size_t i = 0; i < options.size(); ++i)
        if (options[i] == wanted) return i;
    }
    return 0;
  }
  std::uint32_t choose_value(const ValueDecision& decision) override {
    return next_value_ < values_.size() ? values_[next_value_++] % decision.options : 0;
  }
  void end(const Schedule&, Step) override {}

  std::vector<std::vector<ThreadIndex>> offered;  ///< at each choice, the threads that could go

 private:
  std::vector<ThreadIndex> threads_;
  std::vector<std::uint32_t> values_;
  std::size_t next_thread_ = 0, next_value_ = 0;
};

}  // namespace snag
