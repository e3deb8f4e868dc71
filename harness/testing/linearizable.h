// Whether what concurrent calls returned can be explained by some order of them: linearizability (Herlihy and Wing,
// TOPLAS 1990). The search is Wing and Gong's ("Testing and Verifying Concurrent Objects", JPDC 1993): take any call
// that no other one must precede, let the model do it, and go on if it returns the same. What has been tried in vain is
// remembered by calls done and model (Lowe, "Testing for linearizability", CCPE 2017).
#pragma once

#include "harness/trace/operation.h"

#include <cstddef>
#include <map>
#include <type_traits>
#include <utility>
#include <vector>

namespace snag::testing {

/// The result of a command that returns void.
struct Done {
  bool operator==(const Done&) const = default;
};

/// Lets a command loose on the object or on the model: its result, or Done.
template <class Function>
auto result_of(Function function) {
  if constexpr (std::is_void_v<decltype(function())>) {
    function();
    return Done{};
  } else {
    return function();
  }
}

/// One call, as it was seen. Between its first event and its last it took effect: what its thread does before is seen
/// by nobody, so the call may count as begun with its first event.
template <class Command, class Result>
struct Call {
  Command command;
  Result result;
  Step first;  ///< its first event; that of the one after it, if it has none
  Step end;    ///< the event after its last
};

/// The calls of each thread, in order.
template <class Command, class Result>
using History = std::vector<std::vector<Call<Command, Result>>>;

/// Looks for an order. Command has `Result apply(Model&) const`; Model can be copied and compared.
template <class Command, class Result, class Model>
class Linearization {
 public:
  explicit Linearization(const History<Command, Result>& history) : history_(history), next_(history.size()) {}

  /// Whether the model, begun in this state, returns the same results in some order that keeps to time.
  bool explains(const Model& model) {
    bool ended = true;
    for (std::size_t thread = 0; thread < history_.size(); ++thread) ended = ended && has_ended(thread);
    if (ended) return true;
    if (seen_before(model)) return false;
    for (std::size_t thread = 0; thread < history_.size(); ++thread) {
      if (has_ended(thread) || must_wait(thread)) continue;
      const Call<Command, Result>& call = history_[thread][next_[thread]];
      Model after = model;
      if (!(result_of([&] { return call.command.apply(after); }) == call.result)) continue;
      ++next_[thread];
      const bool explained = explains(after);
      --next_[thread];
      if (explained) return true;
    }
    return false;
  }

 private:
  bool has_ended(std::size_t thread) const { return next_[thread] == history_[thread].size(); }

  // Another call that is left ended before this one began.
  bool must_wait(std::size_t thread) const {
    const Step first = history_[thread][next_[thread]].first;
    for (std::size_t other = 0; other < history_.size(); ++other)
      if (other != thread && !has_ended(other) && history_[other][next_[other]].end <= first) return true;
    return false;
  }

  bool seen_before(const Model& model) {
    std::vector<Model>& models = seen_[next_];
    for (const Model& other : models)
      if (other == model) return true;
    models.push_back(model);
    return false;
  }

  const History<Command, Result>& history_;
  std::vector<std::size_t> next_;  // by thread: its first call that is not done yet
  std::map<std::vector<std::size_t>, std::vector<Model>> seen_;
};

}  // namespace snag::testing
