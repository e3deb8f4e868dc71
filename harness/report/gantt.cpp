#include "harness/report/gantt.h"

#include "harness/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace snag {

namespace {

constexpr std::size_t name_max = 28;
constexpr std::size_t tick_distance = 10;  // columns

std::string name_of_thread(const Trace& trace, ThreadIndex thread) {
  const std::string name = printable(display_name(trace, thread));
  return width_of(name) <= name_max ? name : wrap(name, name_max - 3).front() + "...";
}

// The thread's own priority when the finding was told.
std::int64_t priority_of(const Finding& finding, const Trace& trace, ThreadIndex thread) {
  std::int64_t priority = 0;
  for (const Event& event : trace.events) {
    if (event.step > finding.step) break;
    if (event.operation.kind == OperationKind::set_priority && event.phase == Phase::done &&
        event.operation.target == thread)
      priority = static_cast<std::int64_t>(event.operation.argument);
  }
  return priority;
}

// ---- The chart ---------------------------------------------------------------------------------------------------

char mark_of(Slice::State state) {
  switch (state) {
    case Slice::State::runs: return '#';
    case Slice::State::ready: return '-';
    case Slice::State::waits: return '.';
  }
  return ' ';
}

// The smallest of 1, 2, 5, 10, 20, ... of which `columns` reach over the span.
std::uint64_t unit_for(std::uint64_t span, std::size_t columns) {
  for (std::uint64_t power = 1;; power *= 10)
    for (const std::uint64_t digit : {1U, 2U, 5U})
      if (span / (digit * power) < columns || digit * power >= span) return digit * power;
}

class Chart {
 public:
  Chart(const Finding& finding, const Trace& trace) : finding_(finding) {
    for (const Slice& slice : finding.timeline) {
      names_.emplace(slice.thread, name_of_thread(trace, slice.thread));
      end_ = std::max(end_, slice.to);
    }
    for (const auto& [thread, name] : names_) name_width_ = std::max(name_width_, width_of(name));
    const std::size_t room = chart_width_max - 2 - name_width_ - 2;
    unit_ = unit_for(end_, room);
    columns_ = std::min<std::size_t>(room, static_cast<std::size_t>((end_ + unit_ - 1) / unit_));
  }

  std::string draw() const {
    std::string drawing = fmt::format("  one column is {};  # runs   - ready, but another runs   . waits or sleeps\n\n",
                                      display_time(unit_));
    drawing += axis();
    for (const auto& [thread, name] : names_) {
      std::string line = fmt::format("  {}  {}", padded(name, name_width_), row(thread));
      line.erase(line.find_last_not_of(' ') + 1);
      drawing += line + "\n";
    }
    return drawing;
  }

 private:
  // Times over the columns where they begin, and marks beneath.
  std::string axis() const {
    std::string times, marks;
    for (std::size_t column = 0; column < columns_; column += tick_distance) {
      const std::string time = display_time(column * unit_);
      if (width_of(times) > column || column + width_of(time) > columns_ + tick_distance) continue;
      times = padded(times, column) + time + " ";
      marks = padded(marks, column) + "|";
    }
    times.pop_back();
    const std::string left(2 + name_width_ + 2, ' ');
    return left + times + "\n" + left + marks + "\n";
  }

  std::string row(ThreadIndex thread) const {
    std::string marks(columns_, ' ');
    std::vector<std::array<std::uint64_t, 3>> spent(columns_, {0, 0, 0});
    for (const Slice& slice : finding_.timeline) {
      if (slice.thread != thread) continue;
      for (std::uint64_t column = slice.from / unit_; column < columns_ && column * unit_ < slice.to; ++column) {
        const std::uint64_t begin = std::max(slice.from, column * unit_);
        const std::uint64_t end = std::min(slice.to, (column + 1) * unit_);
        spent[column][static_cast<std::size_t>(slice.state)] += end - begin;
      }
    }
    for (std::size_t column = 0; column < columns_; ++column) {
      const auto most = std::ranges::max_element(spent[column]);
      if (*most > 0) marks[column] = mark_of(static_cast<Slice::State>(most - spent[column].begin()));
    }
    return marks;
  }

  const Finding& finding_;
  std::map<ThreadIndex, std::string> names_;
  std::size_t name_width_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t unit_ = 1;
  std::size_t columns_ = 0;
};

}  // namespace

std::string format_rivals(const Finding& finding, const Narrative& narrative) {
  if (finding.rivals.empty()) return {};
  const bool timed = std::ranges::any_of(finding.rivals, [](const Rival& rival) { return rival.duration > 0; });
  std::vector<std::array<std::string, 4>> lines = {{"thread", "priority", "times", "for"}};
  for (const Rival& rival : finding.rivals)
    lines.push_back({name_of_thread(narrative.trace, rival.thread),
                     fmt::format("{}", priority_of(finding, narrative.trace, rival.thread)), grouped(rival.times),
                     display_time(rival.duration)});
  std::array<std::size_t, 4> widths = {};
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  std::string table;
  for (const auto& line : lines) {
    table += "  " + padded(line[0], widths[0]);
    for (std::size_t i = 1; i < line.size(); ++i) {
      const bool told = timed || i == 2;
      if (told) table += fmt::format("   {:>{}}", line[i], widths[i]);
    }
    table += "\n";
  }
  return table;
}

std::string format_gantt(const Finding& finding, const Narrative& narrative) {
  if (finding.timeline.empty()) return {};
  return Chart(finding, narrative.trace).draw();
}

}  // namespace snag
