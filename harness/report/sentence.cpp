#include "harness/report/sentence.h"

#include <fmt/format.h>

namespace snag {

namespace {

// Renders one part; called by std::visit.
struct PartRenderer {
  const Narrative& narrative;
  const FileNames& files;

  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(ThreadRef part) const { return display_name(narrative.trace, part.thread); }
  std::string operator()(ObjectRef part) const { return display_name(narrative.trace, part.object); }
  std::string operator()(PlaceRef part) const {
    const std::string place = files.place(part.step);
    return place.empty() ? fmt::format("step {}", part.step) : place;
  }
  std::string operator()(OperationRef part) const {
    if (part.step >= narrative.trace.events.size()) return fmt::format("step {}", part.step);
    return display_operation(narrative.trace, narrative.trace.events[part.step].operation);
  }
  std::string operator()(ValueRef part) const {
    const auto& objects = narrative.trace.objects;
    const ValueKind kind = part.object < objects.size() ? objects[part.object].value : ValueKind::none;
    if (kind == ValueKind::none) return fmt::format("{}", part.digest);
    return kind == ValueKind::opaque ? opaque(part) : display_value(kind, part.digest);
  }

  // The words in which an event of the trace told this value, else a short mark.
  std::string opaque(ValueRef part) const {
    for (const Event& event : narrative.trace.events) {
      if (event.operation.object != part.object || event.step >= narrative.values.size()) continue;
      const Narrative::Values& values = narrative.values[event.step];
      if (event.after == part.digest && !values.after.empty()) return values.after;
      if (event.before == part.digest && !values.before.empty()) return values.before;
    }
    return display_value(ValueKind::opaque, part.digest);
  }
};

bool begins_with_text(const Sentence& sentence) {
  return !sentence.parts().empty() && std::holds_alternative<std::string>(sentence.parts().front());
}

}  // namespace

std::string render(const Sentence& sentence, const Narrative& narrative, const FileNames& files) {
  const PartRenderer renderer{narrative, files};
  std::string text;
  for (const Sentence::Part& part : sentence.parts()) text += std::visit(renderer, part);
  return text;
}

std::string render_alone(const Sentence& sentence, const Narrative& narrative, const FileNames& files) {
  std::string text = render(sentence, narrative, files);
  if (text.empty()) return text;
  if (begins_with_text(sentence) && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  // Of several lines, the last ones are quoted from elsewhere.
  if (text.find('\n') != std::string::npos) return text;
  if (text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
  return text;
}

}  // namespace snag
