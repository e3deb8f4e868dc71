#include "harness/report/relations.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace snag {

namespace {

// One thread that waits: for what, and for whom if that is known.
struct Line {
  ThreadIndex thread;
  std::string why;
  ThreadIndex target = no_thread;
  std::string where;
};

// Of those told to hold the object the last one before the relation that wants it, else the first after it.
const Relation* find_holder(const Finding& finding, const Relation& wants) {
  const Relation* holder = nullptr;
  bool passed = false;
  for (const Relation& relation : finding.relations) {
    passed = passed || &relation == &wants;
    if (passed && holder != nullptr) break;
    if (relation.kind == Relation::Kind::holds && relation.object == wants.object) holder = &relation;
  }
  return holder;
}

bool is_wanted(const Finding& finding, ObjectIndex object) {
  return std::ranges::any_of(finding.relations, [&](const Relation& relation) {
    return relation.kind == Relation::Kind::wants && relation.object == object;
  });
}

// Draws one finding's relations.
class Drawing {
 public:
  Drawing(const Finding& finding, const Narrative& narrative, const FileNames& files)
      : finding_(finding), narrative_(narrative), files_(files) {
    for (const Relation& relation : finding.relations) add(relation);
    follow_arrows();
  }

  std::string draw() const {
    const std::size_t circle = length_of_circle();
    std::vector<std::string> left;
    std::size_t width = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      left.push_back(bar(i, circle) + words(lines_[i]));
      width = std::max(width, width_of(left.back()));
    }
    std::string drawing;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string& where = lines_[i].where;
      const bool fits = 2 + width + 3 + width_of(where) <= width_max;
      drawing += "  " + (where.empty() ? left[i] : fits ? padded(left[i], width) + "   " + where : left[i]) + "\n";
      if (!fits) drawing += paragraph(where, 10);
      if (circle == 1 && i == 0) drawing += "  └── itself\n";
    }
    return drawing;
  }

 private:
  void add(const Relation& relation) {
    const auto object = [&] { return printable(display_name(narrative_.trace, relation.object)); };
    const std::string place = files_.place(relation.step);
    if (relation.kind == Relation::Kind::joins) {
      lines_.push_back({relation.thread, "waits for the end of", relation.target,
                        place.empty() ? "" : fmt::format("T{} joins at {}", relation.thread, place)});
    } else if (relation.kind == Relation::Kind::wants) {
      const Relation* const holder = find_holder(finding_, relation);
      const std::string waits = place.empty() ? "" : fmt::format("T{} waits at {}", relation.thread, place);
      if (relation.target != no_thread) {
        const auto& objects = narrative_.trace.objects;
        const bool is_future = relation.object < objects.size() && objects[relation.object].kind == ObjectKind::future;
        lines_.push_back({relation.thread, fmt::format("wants {}, {}", object(), is_future ? "computed by" : "behind"),
                          relation.target, waits});
        return;
      }
      if (holder == nullptr) {
        const auto& objects = narrative_.trace.objects;
        const bool is_condition =
            relation.object < objects.size() && (objects[relation.object].kind == ObjectKind::condition_variable ||
                                                 objects[relation.object].kind == ObjectKind::atomic);
        lines_.push_back({relation.thread, fmt::format("waits for {}{}", is_condition ? "a notify on " : "", object()),
                          no_thread, waits});
        return;
      }
      const std::string since = files_.place(holder->step);
      lines_.push_back({relation.thread, fmt::format("wants {}, held by", object()), holder->thread,
                        since.empty() ? waits : fmt::format("{}; T{} took it at {}", waits, holder->thread, since)});
    } else if (!is_wanted(finding_, relation.object)) {
      lines_.push_back({relation.thread, fmt::format("holds {}", object()), no_thread,
                        place.empty() ? "" : fmt::format("since {}", place)});
    }
  }

  // Orders the lines so that each is followed, where possible, by that of the thread it points to.
  void follow_arrows() {
    for (std::size_t i = 0; i + 1 < lines_.size(); ++i) {
      const auto rest = lines_.begin() + static_cast<std::ptrdiff_t>(i) + 1;
      const auto next = std::find_if(rest, lines_.end(), [&](const Line& line) {
        return line.thread == lines_[i].target && line.target != no_thread;
      });
      if (next != lines_.end()) std::rotate(rest, next, next + 1);
    }
  }

  // How many of the first lines lead back to the first thread; 0 if they do not.
  std::size_t length_of_circle() const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].target == no_thread) return 0;
      if (lines_[i].target == lines_.front().thread) return i + 1;
      if (i + 1 < lines_.size() && lines_[i + 1].thread != lines_[i].target) return 0;
    }
    return 0;
  }

  static std::string bar(std::size_t line, std::size_t circle) {
    if (circle == 0) return "";
    if (line >= circle) return "    ";
    if (line == 0) return "┌─> ";
    return line + 1 == circle ? "└── " : "│   ";
  }

  static std::string words(const Line& line) {
    return line.target == no_thread ? fmt::format("T{} ── {}", line.thread, line.why)
                                    : fmt::format("T{} ── {} ──> T{}", line.thread, line.why, line.target);
  }

  const Finding& finding_;
  const Narrative& narrative_;
  const FileNames& files_;
  std::vector<Line> lines_;
};

}  // namespace

std::string format_relations(const Finding& finding, const Narrative& narrative, const FileNames& files) {
  return finding.relations.empty() ? std::string() : Drawing(finding, narrative, files).draw();
}

}  // namespace snag
