#include "harness/report/failure.h"

#include "harness/report/gantt.h"
#include "harness/report/interleaving.h"
#include "harness/report/relations.h"
#include "harness/report/sentence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace snag {

namespace {

std::string headline(const Failure& failure, Style style) {
  std::string remark = failure.finding.certainty == Certainty::happened ? "" : "predicted, not confirmed";
  if (!failure.remark.empty()) remark += (remark.empty() ? "" : ", ") + failure.remark;
  return paint(fmt::format("{} in {}", failure.finding.checker, failure.scenario), Paint::alarm, style) +
         (remark.empty() ? "\n" : fmt::format("  ({})\n", remark));
}

// As it stands, line for line.
std::string indented(const std::string& text) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    result += "  " + printable(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return result;
}

std::string section(std::string_view title, Style style) {
  return fmt::format("\n{}\n", paint(title, Paint::strong, style));
}

bool mentions(const std::string& text, const std::string& name) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (end == text.size() || text[end] < '0' || text[end] > '9') return true;
  }
  return false;
}

// Of the heap's blocks that are spoken of, which have numbers only, where they were allocated; unless the finding tells
// that itself.
std::string format_blocks(const std::string& report, const Finding& finding, const Narrative& narrative,
                          const FileNames& files) {
  std::string lines;
  for (const Event& event : narrative.trace.events) {
    const bool is_told = std::ranges::find(finding.steps, event.step) != finding.steps.end();
    if (event.operation.kind != OperationKind::allocate || is_told) continue;
    const std::string name = display_name(narrative.trace, event.operation.object);
    if (!mentions(report, name)) continue;
    const std::string place = files.place(event.step);
    lines += printable(fmt::format("  {}: {}, allocated by T{}{}{}", name, counted(event.operation.argument, "byte"),
                                   event.thread, place.empty() ? "" : " at ", place)) +
             "\n";
  }
  return lines;
}

}  // namespace

std::string format_failure(const Failure& failure, Style style) {
  const Finding& finding = failure.finding;
  const Narrative& narrative = failure.narrative;
  const FileNames files(narrative);
  std::string report = headline(failure, style);
  if (const std::string why = printable(render_alone(finding.sentence, narrative, files)); !why.empty())
    report += "\n" + paragraph(why, 2);
  if (const std::string rivals = format_rivals(finding, narrative); !rivals.empty())
    report += section(finding.timeline.empty() ? "Who got it meanwhile" : "Who ran meanwhile", style) + rivals;
  if (const std::string chart = format_gantt(finding, narrative); !chart.empty())
    report += section("Who had the processor when", style) + chart;
  if (!narrative.trace.events.empty()) {
    report += section(finding.certainty == Certainty::happened ? "What happened, step by step"
                                                               : "The execution that predicts it, step by step",
                      style);
    report += paint("  (> a step that matters; an arrow: another thread goes on)", Paint::faint, style) + "\n\n";
    report += format_interleaving(finding, narrative, files, style);
  }
  if (const std::string relations = format_relations(finding, narrative, files); !relations.empty())
    report +=
        section(finding.certainty == Certainty::happened ? "Who waits for whom" : "Who would wait for whom", style) +
        relations;
  if (const std::string blocks = format_blocks(report, finding, narrative, files); !blocks.empty())
    report += section("Where the memory comes from", style) + blocks;
  if (const std::string hint = printable(render_alone(finding.hint, narrative, files)); !hint.empty())
    report += section("Hint", style) + paragraph(hint, 2);
  for (const auto& [title, text] : {std::pair("What the program printed", &narrative.output),
                                    std::pair("What it printed on standard error", &narrative.errors)})
    if (!text->empty()) report += section(title, style) + indented(*text);
  // One line, however long: it is there to be pasted.
  if (!failure.replay_command.empty()) report += section("See it again", style) + "  " + failure.replay_command + "\n";
  return report;
}

}  // namespace snag
