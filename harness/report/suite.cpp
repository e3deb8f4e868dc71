#include "harness/report/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snag {

namespace {

template <class Items, class Word>
std::string joined(const Items& items, Word word) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + word(item);
  return text;
}

// Findings of one name at several places are named once: "data-race(x) (3 places)".
std::string named_once(const VariantResult& variant, bool (*wanted)(const BugResult&)) {
  std::vector<std::pair<std::string, int>> names;
  for (const BugResult& bug : variant.bugs) {
    if (!wanted(bug)) continue;
    const std::string name = display(bug);
    const auto known = std::ranges::find(names, name, &std::pair<std::string, int>::first);
    if (known == names.end())
      names.emplace_back(name, 1);
    else
      ++known->second;
  }
  return joined(names, [](const auto& name) {
    return name.second == 1 ? name.first : fmt::format("{} ({} places)", name.first, name.second);
  });
}

std::string found(const VariantResult& variant) {
  return named_once(variant, [](const BugResult& bug) { return !bug.predicted && !bug.surprise; });
}

std::string predicted(const VariantResult& variant) {
  const std::string names = named_once(variant, [](const BugResult& bug) { return bug.predicted && !bug.surprise; });
  return names.empty() ? "" : "; predicted, not confirmed: " + names;
}

bool is_verified(const VariantResult& variant) { return variant.verification.complete || !variant.exhausted.empty(); }

std::string cut_off(const VariantResult& variant) {
  if (variant.interrupted) return ", then interrupted: inconclusive";
  return variant.time_capped ? ", then the time was up: inconclusive" : "";
}

std::string passed(const VariantResult& variant) {
  const std::uint64_t suppressed = count(variant.suppressions);
  const std::string but = suppressed == 0 ? "" : fmt::format(" but for {}", counted(suppressed, "suppressed finding"));
  if (!variant.exhausted.empty()) return fmt::format("verified{}: {}", but, variant.exhausted);
  if (variant.verification.complete) return fmt::format("verified{}: {}", but, variant.verification.words);
  return fmt::format("no finding in {}{}", counted(variant.executions, "execution"), but);
}

Paint paint_of(Standing standing) {
  switch (standing) {
    case Standing::as_declared: return Paint::good;
    case Standing::inconclusive: return Paint::strong;
    case Standing::surprise:
    case Standing::error: return Paint::alarm;
  }
  return Paint::none;
}

std::string details_of(const VariantResult& variant, Style style) {
  std::string text;
  for (const BugResult& bug : variant.bugs)
    if (bug.surprise) text += "\n" + paint(std::string(width_max, '-'), Paint::faint, style) + "\n" + bug.report;
  return text;
}

}  // namespace

Standing standing_of(const VariantResult& variant) {
  if (!variant.error.empty()) return Standing::error;
  if (!variant.surprises.empty()) return Standing::surprise;
  return variant.time_capped || variant.interrupted ? Standing::inconclusive : Standing::as_declared;
}

std::string display(const ExpectedFinding& expected) {
  return expected.object.empty() ? expected.checker : fmt::format("{}({})", expected.checker, expected.object);
}

std::string display(const BugResult& bug) {
  const std::string objects = joined(bug.objects, [](const std::string& name) { return printable(name); });
  return objects.empty() ? bug.finding : fmt::format("{}({})", bug.finding, objects);
}

std::string verdict_of(const VariantResult& variant) {
  if (!variant.error.empty()) return "ERROR: " + variant.error.substr(0, variant.error.find('\n'));
  if (!variant.surprises.empty())
    return (variant.kind == VariantResult::Kind::test ? "FAILED: " : "SURPRISE: ") +
           joined(variant.surprises, [](const std::string& text) { return text; }) + cut_off(variant);
  const std::string declared = found(variant);
  const std::string verdict = declared.empty() ? passed(variant) : fmt::format("found {} as declared", declared);
  return verdict + predicted(variant) + cut_off(variant);
}

std::string coverage_of(const VariantResult& variant) {
  if (!variant.coverage) return {};
  const CoverageResult& coverage = *variant.coverage;
  std::string text = fmt::format("{}{}, {} of a write and a read", coverage.limited ? "more than " : "",
                                 counted(coverage.behaviours, "behaviour"), counted(coverage.reads_from, "pair"));
  if (coverage.chance >= 0)
    text += fmt::format("; the next random execution shows a new behaviour with a chance of about {:.3g} %",
                        coverage.chance * 100);
  if (!coverage.one_order.empty())
    text += fmt::format("; {} of {} racing pairs of places came in one order only", grouped(coverage.one_order.size()),
                        grouped(coverage.races));
  return text;
}

std::vector<std::string> gaps_of(const VariantResult& variant) {
  std::vector<std::string> gaps;
  if (variant.crashed_too_often)
    gaps.emplace_back("the search was given up before its budget: too many executions end their process");
  if (variant.inconclusive > 0)
    gaps.push_back(fmt::format("{} hit the step limit: what would have come after is not known (--steps raises it)",
                               counted(variant.inconclusive, "execution")));
  if (variant.untested > 0)
    gaps.push_back(fmt::format("{} never reached a scheduling point: not tested (nothing that snag controls)",
                               counted(variant.untested, "thread")));
  if (variant.time_capped) gaps.emplace_back("the time cap ended the search before its budget: inconclusive");
  if (variant.interrupted) gaps.emplace_back("interrupted: inconclusive");
  return gaps;
}

std::vector<SuppressionResult> suppressions_of(const std::vector<VariantResult>& variants) {
  std::vector<SuppressionResult> all;
  for (const VariantResult& variant : variants) {
    if (all.empty()) {
      all = variant.suppressions;
      continue;
    }
    for (std::size_t i = 0; i < variant.suppressions.size(); ++i) {
      all[i].findings += variant.suppressions[i].findings;
      all[i].used = all[i].used || variant.suppressions[i].used;
    }
  }
  return all;
}

std::uint64_t count(const std::vector<SuppressionResult>& suppressions) {
  std::uint64_t findings = 0;
  for (const SuppressionResult& line : suppressions) findings += line.findings;
  return findings;
}

std::string format_suppressions(const std::vector<SuppressionResult>& suppressions) {
  std::string by, notes;
  for (const SuppressionResult& line : suppressions) {
    const std::string name = fmt::format("{} ({})", printable(line.place), printable(line.text));
    if (line.findings > 0) by += fmt::format("{}{} by {}", by.empty() ? "" : ", ", grouped(line.findings), name);
    if (!line.used) notes += fmt::format("note: {} suppressed nothing\n", name);
  }
  const std::uint64_t findings = count(suppressions);
  if (findings > 0) notes = fmt::format("note: {} suppressed: {}\n", counted(findings, "finding"), by) + notes;
  return notes;
}

std::string format_line(const VariantResult& variant, std::size_t name_width, Style style) {
  std::string line = padded(printable(variant.name), name_width) + "  " +
                     paint(printable(verdict_of(variant)), paint_of(standing_of(variant)), style) + "\n";
  if (!variant.error.empty()) return line;
  for (const std::string& gap : gaps_of(variant)) {
    const bool said_already = gap.starts_with("the time cap") || gap.starts_with("interrupted");
    if (!said_already) line += fmt::format("{:{}}  note: {}\n", "", name_width, gap);
  }
  return line;
}

std::string format_summary(const SuiteResult& suite, Style style) {
  std::string text;
  for (const VariantResult& variant : suite.variants) {
    text += details_of(variant, style);
    if (!variant.error.empty())
      text += fmt::format("\n{}\n{}", paint("error in " + variant.name, Paint::alarm, style),
                          paragraph(printable(variant.error), 2));
  }
  const auto count = [&](Standing standing) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(suite.variants, [&](const auto& variant) { return standing_of(variant) == standing; }));
  };
  std::uint64_t executions = 0;
  for (const VariantResult& variant : suite.variants)
    executions += variant.executions + variant.verification.executions;
  const bool of_tests = std::ranges::any_of(
      suite.variants, [](const VariantResult& variant) { return variant.kind == VariantResult::Kind::test; });
  text += fmt::format("\n{} in {}, {:.1f} s: {} {}", counted(suite.variants.size(), of_tests ? "test" : "variant"),
                      counted(executions, "execution"), suite.seconds, grouped(count(Standing::as_declared)),
                      of_tests ? "without a finding" : "as declared");
  const auto add = [&](std::uint64_t number, std::string_view words) {
    if (number > 0) text += fmt::format(", {} {}", grouped(number), words);
  };
  const std::uint64_t surprises = count(Standing::surprise);
  if (of_tests)
    add(surprises, "failed");
  else
    add(surprises, surprises == 1 ? "surprise" : "surprises");
  add(count(Standing::inconclusive), "inconclusive");
  const std::uint64_t errors = count(Standing::error);
  add(errors, errors == 1 ? "error" : "errors");
  add(suite.not_run, "not run");
  text += suite.interrupted ? " (interrupted)\n" : "\n";
  if (std::ranges::any_of(suite.variants, is_verified)) text += fmt::format("(verified: {})\n", memory_model_words);
  return text;
}

}  // namespace snag
