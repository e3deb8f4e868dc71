// Which rows the picture of an interleaving shows.
#include "harness/report/interleaving.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace snag {

namespace {

constexpr std::size_t run_shown_max = 3;  // more rows of one thread in a row, of no interest, are folded
constexpr std::size_t rows_all_max = 60;  // longer interleavings are shown around the steps that matter only
constexpr std::size_t rows_around = 2;
constexpr std::size_t rows_at_start = 3;
constexpr std::size_t rows_at_end = 12;

// A step that may be shown, and whether it must be.
struct Candidate {
  const Event* event;
  bool matters;
  bool kept = false;
};

bool says_nothing(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::begin:
    case OperationKind::end:
    case OperationKind::allocate: return true;
    case OperationKind::free: return event.success;
    default: return event.phase == Phase::ready;
  }
}

// Variables of an unmodified program that one thread alone has touched: there every access is an event.
class PrivateVariables {
 public:
  explicit PrivateVariables(const Trace& trace) : trace_(trace), users_(trace.objects.size(), nobody) {
    for (const Event& event : trace.events) {
      const ObjectIndex object = event.operation.object;
      if (object >= users_.size()) continue;
      users_[object] = users_[object] == nobody || users_[object] == event.thread ? event.thread : several;
    }
  }
  bool has(ObjectIndex object) const {
    if (object >= users_.size() || users_[object] == several) return false;
    const ObjectInfo& info = trace_.objects[object];
    return info.kind == ObjectKind::variable && info.nth >= first_at_an_address;
  }

 private:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};
  static constexpr std::uint32_t several = nobody - 1;
  static constexpr std::uint32_t first_at_an_address = 1U << 29;  // see harness/instrument/objects.cpp

  const Trace& trace_;
  std::vector<std::uint32_t> users_;
};

std::vector<Candidate> candidates(const Finding& finding, const Narrative& narrative) {
  const PrivateVariables private_ones(narrative.trace);
  std::vector<Candidate> steps;
  for (const Event& event : narrative.trace.events) {
    const bool matters = std::ranges::find(finding.steps, event.step) != finding.steps.end();
    const bool is_shown = !says_nothing(event) && !private_ones.has(event.operation.object);
    if (matters || is_shown) steps.push_back({&event, matters});
  }
  return steps;
}

bool is_of_a_relation(const Finding& finding, Step step) {
  return std::ranges::any_of(finding.relations, [&](const Relation& relation) { return relation.step == step; });
}

void keep_around(std::vector<Candidate>& steps, std::size_t at, std::size_t distance) {
  const std::size_t end = std::min(steps.size(), at + distance + 1);
  for (std::size_t i = at - std::min(at, distance); i < end; ++i) steps[i].kept = true;
}

// Steps that matter with their neighbours, those beside a switch, and waits.
void keep_for_runs(std::vector<Candidate>& steps, const Finding& finding) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Event& event = *steps[i].event;
    if (steps[i].matters || is_of_a_relation(finding, event.step)) keep_around(steps, i, 1);
    const bool begins_run = i == 0 || steps[i - 1].event->thread != event.thread;
    const bool ends_run = i + 1 == steps.size() || steps[i + 1].event->thread != event.thread;
    if (begins_run || ends_run || event.phase == Phase::waiting) steps[i].kept = true;
  }
}

// The start, the end, and the neighbourhood of what matters.
void keep_for_long_ones(std::vector<Candidate>& steps, const Finding& finding) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].kept = i < rows_at_start || i + rows_at_end >= steps.size();
  }
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].matters || is_of_a_relation(finding, steps[i].event->step)) keep_around(steps, i, rows_around);
}

// A row for each kept step; what lies between becomes one folded row, if that is shorter.
std::vector<Row> fold(const std::vector<Candidate>& steps) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t end = i;
    while (end < steps.size() && !steps[end].kept) ++end;
    if (end - i > run_shown_max) {
      const auto same = [&](const Candidate& step) { return step.event->thread == steps[i].event->thread; };
      const bool one_thread = std::all_of(steps.begin() + static_cast<std::ptrdiff_t>(i),
                                          steps.begin() + static_cast<std::ptrdiff_t>(end), same);
      rows.push_back(
          {.step = steps[i].event->step, .folded = end - i, .thread = one_thread ? steps[i].event->thread : no_thread});
      i = end;
      continue;
    }
    for (end = std::max(end, i + 1); i < end; ++i)
      rows.push_back({.step = steps[i].event->step, .thread = steps[i].event->thread, .matters = steps[i].matters});
  }
  return rows;
}

// A waiting row tells of a thread that could not go on: it is no switch to it.
void mark_switches(std::vector<Row>& rows, const Trace& trace) {
  std::optional<ThreadIndex> running;
  for (Row& row : rows) {
    if (row.folded == 0 && trace.events[row.step].phase != Phase::done) {
      if (!running) running = row.thread;
      continue;
    }
    row.switched = running && *running != row.thread && *running != no_thread && row.thread != no_thread;
    running = row.thread;
  }
}

}  // namespace

std::vector<Row> choose_rows(const Finding& finding, const Narrative& narrative) {
  std::vector<Candidate> steps = candidates(finding, narrative);
  keep_for_runs(steps, finding);
  std::vector<Row> rows = fold(steps);
  if (rows.size() > rows_all_max) {
    keep_for_long_ones(steps, finding);
    rows = fold(steps);
  }
  mark_switches(rows, narrative.trace);
  return rows;
}

}  // namespace snag
