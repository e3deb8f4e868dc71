#include "harness/strategies/replay.h"

#include "harness/strategies/priority.h"
#include "harness/trace/token.h"

#include <fmt/format.h>

#include <algorithm>

namespace snag {

namespace {

constexpr const char* goes_on = "the recording ends here, but the execution goes on";

std::vector<Offer> offers(const ThreadDecision& decision) {
  std::vector<Offer> offered;
  for (const Option& option : decision.options) offered.push_back({option.thread, *option.operation});
  return offered;
}

std::string describe(const Choice& choice) {
  if (choice.kind == Choice::Kind::value) return fmt::format("value {} of {}", choice.chosen, choice.options);
  return fmt::format("T{}", choice.chosen);
}

}  // namespace

bool ReplayStrategy::begin(std::uint64_t number) {
  next_ = 0;
  divergence_.reset();
  return after_ == nullptr || after_->begin(number);
}

bool ReplayStrategy::fits(const Choice& expected, Choice::Kind kind, std::uint32_t options, std::uint32_t check) const {
  if (expected.kind != kind) return false;
  if (expected.options != 0 && expected.options != options) return false;
  if (comparison_ == Comparison::full) return expected.check == check;
  return expected.check == check % token_letters;
}

bool ReplayStrategy::allowed(const ThreadDecision& decision, std::size_t option) const {
  if (!scheduling_) return true;
  std::vector<std::size_t> all;
  find_allowed(*scheduling_, decision, all);
  return std::ranges::find(all, option) != all.end();
}

std::size_t ReplayStrategy::choose_thread(const ThreadDecision& decision) {
  if (next_ >= schedule_.size()) {
    if (after_ != nullptr) return after_->choose_thread(decision);
    divergence_ = {next_, decision.step, goes_on, offers(decision)};
    return refuse;
  }
  const Choice& expected = schedule_[next_];
  std::string offered;
  for (std::size_t i = 0; i < decision.options.size(); ++i)
    if (decision.options[i].thread == expected.chosen &&
        fits(expected, Choice::Kind::thread, static_cast<std::uint32_t>(decision.options.size()), decision.check)) {
      if (!allowed(decision, i)) {
        divergence_ = {
            next_, decision.step,
            fmt::format("expected {} to go, but by the scenario's scheduling it is another's turn", describe(expected)),
            offers(decision)};
        return refuse;
      }
      ++next_;
      return i;
    }
  const bool offered_too =
      std::ranges::any_of(decision.options, [&](const Option& option) { return option.thread == expected.chosen; });
  for (const Option& option : decision.options)
    offered += fmt::format("{}T{} {}", offered.empty() ? "" : ", ", option.thread, name_of(option.operation->kind));
  divergence_ = {
      next_, decision.step,
      offered_too ? fmt::format("expected {} to go, and it can, but from among other threads or operations than were "
                                "recorded; now these can go: {}",
                                describe(expected), offered)
                  : fmt::format("expected {} to go, but these can: {}", describe(expected), offered),
      offers(decision)};
  return refuse;
}

std::uint32_t ReplayStrategy::choose_value(const ValueDecision& decision) {
  if (next_ >= schedule_.size()) {
    if (after_ != nullptr) return after_->choose_value(decision);
    divergence_ = {next_, decision.step, goes_on};
    return refuse;
  }
  const Choice& expected = schedule_[next_];
  if (!fits(expected, Choice::Kind::value, decision.options, decision.check) || expected.chosen >= decision.options) {
    divergence_ = {next_, decision.step,
                   fmt::format("expected {}, but T{} asks for one of {} values ({})", describe(expected),
                               decision.thread, decision.options, name_of(decision.operation->kind))};
    return refuse;
  }
  ++next_;
  return expected.chosen;
}

void ReplayStrategy::end(const Schedule& schedule, Step points) {
  if (!divergence_ && next_ < schedule_.size())
    divergence_ = {next_, schedule_[next_].step,
                   fmt::format("the execution ended, but the recording goes on with {}", describe(schedule_[next_]))};
  if (after_ != nullptr) after_->end(schedule, points);
}

}  // namespace snag
