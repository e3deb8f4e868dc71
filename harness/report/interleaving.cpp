#include "harness/report/interleaving.h"

#include "harness/report/event_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace snag {

namespace {

constexpr std::size_t gap = 3;          // between columns: room for an arrow's head
constexpr std::size_t column_min = 14;  // narrower columns could not be read: then a staircase is drawn instead
constexpr std::size_t stair_text = 44;  // room for a text on the last stair
constexpr std::size_t place_max = 30;
constexpr std::size_t mark_width = 2;

struct Column {
  std::size_t start = 0;
  std::size_t width = 0;
};

std::string heading_of(const Trace& trace, ThreadIndex thread) {
  const std::string name = printable(display_name(trace, thread));
  return thread == 0 && trace.threads.size() > thread && trace.threads[thread].name.empty() ? name + " (the body)"
                                                                                            : name;
}

std::string clipped_place(const std::string& place) {
  const std::size_t width = width_of(place);
  if (width <= place_max) return place;
  return "..." + wrap(place, width - place_max + 3).back();
}

// Draws one narrative's rows.
class Picture {
 public:
  Picture(const Finding& finding, const Narrative& narrative, const FileNames& files, Style style)
      : narrative_(narrative), words_(narrative), style_(style), rows_(choose_rows(finding, narrative)) {
    for (const Row& row : rows_) {
      texts_.push_back(text_of(row));
      places_.push_back(row.folded > 0 ? "" : clipped_place(files.place(row.step)));
    }
    lay_out();
  }

  std::string draw() {
    std::string drawing = header();
    const Row* before = nullptr;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      drawing += stairs_ ? stair(i) : row(i, before);
      if (!is_waiting(rows_[i])) before = &rows_[i];
    }
    return drawing;
  }

 private:
  bool is_waiting(const Row& row) const {
    return row.folded == 0 && narrative_.trace.events[row.step].phase != Phase::done;
  }

  std::string text_of(const Row& row) const {
    if (row.folded == 0) return words_.of(narrative_.trace.events[row.step]);
    const std::string steps = counted(row.folded, "step");
    return row.thread == no_thread ? fmt::format("... {} of several threads ...", steps)
                                   : fmt::format("... {} of T{} ...", steps, row.thread);
  }

  // Each column as wide as its texts; then the widest ones give way until all fit.
  void lay_out() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      place_width_ = std::max(place_width_, width_of(places_[i]));
      step_width_ = std::max(step_width_, fmt::formatted_size("{}", rows_[i].step));
      if (rows_[i].thread == no_thread) continue;
      Column& column = columns_[rows_[i].thread];
      column.width =
          std::max({column.width, width_of(texts_[i]), width_of(heading_of(narrative_.trace, rows_[i].thread))});
    }
    const std::size_t left = mark_width + step_width_ + 2 + place_width_ + 2;
    const std::size_t gaps = columns_.empty() ? 0 : gap * (columns_.size() - 1);
    const std::size_t room = width_max - std::min(width_max, left + gaps);
    stairs_ = room < column_min * columns_.size();
    if (!stairs_) narrow(room);
    std::size_t start = left;
    std::size_t number = 0;
    const std::size_t slope = width_max - std::min(width_max, left + stair_text);
    for (auto& [thread, column] : columns_) {
      column.start = stairs_ ? left + slope * number++ / columns_.size() : start;
      if (stairs_) column.width = width_max - column.start;
      start += column.width + gap;
    }
  }

  void narrow(std::size_t room) {
    const auto total = [&] {
      std::size_t sum = 0;
      for (const auto& [thread, column] : columns_) sum += column.width;
      return sum;
    };
    while (total() > room) {
      const auto narrower = [](const auto& one, const auto& other) { return one.second.width < other.second.width; };
      --std::max_element(columns_.begin(), columns_.end(), narrower)->second.width;
    }
  }

  std::string header() const {
    std::string line =
        fmt::format("{:{}}{}  {}  ", "", mark_width, padded("step", step_width_), padded("where", place_width_));
    if (stairs_) return paint(line + "which thread does what", Paint::faint, style_) + "\n";
    for (const auto& [thread, column] : columns_) {
      const std::vector<std::string> lines = wrap(heading_of(narrative_.trace, thread), column.width);
      line = padded(line, column.start) + lines.front();
    }
    return paint(line, Paint::faint, style_) + "\n";
  }

  // Mark, step number and source line. What a wrapped text goes on with has none.
  std::string left_side(std::size_t i, bool first_line) const {
    const Row& row = rows_[i];
    if (!first_line || row.folded > 0) return std::string(mark_width + step_width_ + 2 + place_width_ + 2, ' ');
    return fmt::format("{} {:>{}}  {}  ", row.matters ? '>' : ' ', row.step, step_width_,
                       padded(places_[i], place_width_));
  }

  std::string painted(std::size_t i, const std::string& text) const {
    const Row& row = rows_[i];
    return paint(text, row.matters ? Paint::strong : row.folded > 0 ? Paint::faint : Paint::none, style_);
  }

  std::string row(std::size_t i, const Row* before) const {
    const Row& row = rows_[i];
    const Column column = columns_.at(row.thread == no_thread ? columns_.begin()->first : row.thread);
    const Column from = row.switched ? columns_.at(before->thread) : column;
    const std::vector<std::string> lines =
        wrap(texts_[i], row.thread == no_thread ? width_max - column.start : column.width);
    std::string drawing;
    for (std::size_t line = 0; line < lines.size(); ++line) {
      std::string left = left_side(i, line == 0);
      std::string arrow_left;
      std::string arrow_right;
      if (line == 0 && from.start < column.start) {
        left = padded(left, from.start);
        arrow_left = "└" + repeated("─", column.start - from.start - 3) + "> ";
      } else if (line == 0 && from.start > column.start) {
        const std::size_t begin = column.start + width_of(lines[line]) + 1;
        arrow_right = " <" + repeated("─", from.start - begin - 1) + "┘";
      } else {
        left = padded(left, column.start);
      }
      drawing += paint_left(i, left) + paint(arrow_left, Paint::faint, style_);
      if (arrow_left.empty() && width_of(left) < column.start)
        drawing += std::string(column.start - width_of(left), ' ');
      drawing += painted(i, lines[line]) + paint(arrow_right, Paint::faint, style_) + "\n";
    }
    return drawing;
  }

  // Too many threads for columns: each begins a little further right, and every row says whose it is.
  std::string stair(std::size_t i) const {
    const Row& row = rows_[i];
    const Column column = row.thread == no_thread ? columns_.begin()->second : columns_.at(row.thread);
    const std::string label = row.folded > 0 ? "" : fmt::format("{} T{}: ", row.switched ? "=>" : "  ", row.thread);
    const std::vector<std::string> lines = wrap(texts_[i], column.width - std::min(column.width / 2, label.size()));
    std::string drawing;
    for (std::size_t line = 0; line < lines.size(); ++line) {
      const std::string before = line == 0 ? label : std::string(label.size(), ' ');
      drawing += paint_left(i, padded(left_side(i, line == 0), column.start)) + painted(i, before + lines[line]) + "\n";
    }
    return drawing;
  }

  std::string paint_left(std::size_t i, const std::string& left) const {
    if (rows_[i].matters && left.starts_with('>'))
      return paint(">", Paint::alarm, style_) + paint(left.substr(1), Paint::strong, style_);
    return left;
  }

  static std::string repeated(std::string_view text, std::size_t times) {
    std::string result;
    while (times-- > 0) result += text;
    return result;
  }

  const Narrative& narrative_;
  EventWords words_;
  Style style_;
  std::vector<Row> rows_;
  std::vector<std::string> texts_;   // by row
  std::vector<std::string> places_;  // by row
  std::map<ThreadIndex, Column> columns_;
  std::size_t step_width_ = 4;
  std::size_t place_width_ = 5;
  bool stairs_ = false;
};

}  // namespace

std::string format_interleaving(const Finding& finding, const Narrative& narrative, const FileNames& files,
                                Style style) {
  return Picture(finding, narrative, files, style).draw();
}

}  // namespace snag
