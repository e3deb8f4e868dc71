#include "harness/cli/check_result.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace snag {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;
constexpr std::size_t diagnostics_shown = 5;
constexpr std::size_t printed_lines_shown = 20;

constexpr std::array<std::pair<Conclusion, const char*>, 5> conclusions = {{
    {Conclusion::right, "right"},
    {Conclusion::serialised, "serialised"},
    {Conclusion::wrong, "wrong"},
    {Conclusion::untested, "untested"},
    {Conclusion::undecided, "undecided"},
}};

bool is_right(const CheckResult& result) {
  return result.conclusion == Conclusion::right || result.conclusion == Conclusion::serialised;
}

std::string headline(const CheckResult& result, Style style) {
  const auto line = [&](const std::string& words, Paint how) {
    return fmt::format("{}: {}\n", result.scenario, paint(words, how, style));
  };
  if (result.finding == "compile-error") return line("still wrong: it does not compile", Paint::alarm);
  if (result.finding == "link-error") return line("still wrong: it does not link", Paint::alarm);
  switch (result.conclusion) {
    case Conclusion::right: return line("right", Paint::good);
    case Conclusion::serialised: return line("right, but serialised", Paint::strong);
    case Conclusion::wrong: return line("still wrong: " + result.finding, Paint::alarm);
    case Conclusion::untested: return line("not right yet: nothing was tested", Paint::alarm);
    case Conclusion::undecided: return line("undecided", Paint::strong);
  }
  return {};
}

std::string section(std::string_view title, Style style) {
  return fmt::format("\n{}\n", paint(title, Paint::strong, style));
}

// 1.5; two digits only where one would make different numbers look the same.
std::string threads_of(double parallelism) { return fmt::format("{:.2f}", parallelism); }

std::string say_concurrency(const Concurrency& measured) {
  std::string text = fmt::format("{} of its {} could run at the same time, on average", threads_of(measured.solution),
                                 counted(measured.threads, "thread"));
  std::vector<std::string> compared;
  if (measured.before) compared.push_back("before: " + threads_of(*measured.before));
  for (const Concurrency::Reference& reference : measured.references)
    compared.push_back(fmt::format("the suite's {}: {}", reference.variant, threads_of(reference.parallelism)));
  if (!compared.empty()) text += fmt::format(" ({})", fmt::join(compared, ", "));
  return text;
}

std::string say_serialised() {
  return "Threads wait for each other more than they need to, as with one lock around everything. What do they have to "
         "do together, and what can each do on its own?";
}

std::string shown_lines(const std::string& text) {
  std::string shown;
  std::size_t lines = 0;
  std::size_t begin = 0;
  for (; begin < text.size() && lines < printed_lines_shown; ++lines) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    shown += "  " + printable(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  if (begin < text.size())
    shown +=
        fmt::format("  ... {}\n", counted(static_cast<std::uint64_t>(std::count(
                                              text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), '\n')),
                                          "more line"));
  return shown;
}

std::string say_wrong(const CheckResult& result, Style style) {
  std::string text;
  if (!result.sentence.empty() && result.report.empty()) text += "\n" + paragraph(printable(result.sentence), 2);
  if (!result.mend.empty()) text += paragraph(printable(result.mend), 2);
  if (!result.diagnostics.own.empty() || result.diagnostics.errors_elsewhere > 0)
    text += "\n" + format_diagnostics(result.diagnostics, result.file, diagnostics_shown);
  if (!result.report.empty()) text += "\n" + result.report;
  if (!result.printed.empty()) text += section("What it printed", style) + shown_lines(result.printed);
  if (result.report.empty() && !result.replay_command.empty())
    text += section("See it again", style) + "  " + result.replay_command + "\n";
  if (result.failing > 1 || !result.others.empty()) {
    text += fmt::format("\nShown is the failing execution with the fewest switches ({}) of the {} found.\n",
                        grouped(result.switches), grouped(result.failing));
    if (!result.others.empty())
      text += paragraph(fmt::format("Other executions show another finding: {}.", fmt::join(result.others, ", ")), 0);
  }
  return text;
}

std::string say_right(const CheckResult& result) {
  std::string text;
  for (const std::string& covered : result.covered) text += paragraph(covered, 2);
  if (result.concurrency) text += paragraph(say_concurrency(*result.concurrency), 2);
  if (result.conclusion == Conclusion::serialised) text += "\n" + paragraph(say_serialised(), 0);
  return text;
}

// Lines of one paragraph become one; paragraph() breaks it anew.
std::string reflowed(const std::string& text) {
  std::string result = text;
  for (std::size_t i = 1; i + 1 < result.size(); ++i)
    if (result[i] == '\n' && result[i - 1] != '\n' && result[i + 1] != '\n') result[i] = ' ';
  return result;
}

std::string say_hint(const Hint& hint, Style style) {
  std::string text = section(fmt::format("From the lesson, hint {} of {}", hint.number, hint.count), style);
  text += paragraph(reflowed(hint.text), 2);
  if (hint.number < hint.count) text += fmt::format("  (another hint: --hint {})\n", hint.number + 1);
  return text;
}

// ---- JSON ----------------------------------------------------------------------------------------------------

Json strings(const std::vector<std::string>& items) {
  Json result = Json::array();
  for (const std::string& item : items) result.push_back(printable(item));
  return result;
}

Json to_json(const Diagnostics& diagnostics) {
  Json list = Json::array();
  for (const Diagnostic& diagnostic : diagnostics.own)
    list.push_back({{"kind", diagnostic.kind == Diagnostic::Kind::error ? "error" : "warning"},
                    {"line", diagnostic.line},
                    {"column", diagnostic.column},
                    {"message", printable(diagnostic.message)},
                    {"snippet", printable(diagnostic.snippet)}});
  return {{"own", list},
          {"errors_elsewhere", diagnostics.errors_elsewhere},
          {"first_elsewhere", printable(diagnostics.first_elsewhere)}};
}

Json to_json(const std::optional<Concurrency>& concurrency) {
  if (!concurrency) return nullptr;
  Json references = Json::array();
  for (const Concurrency::Reference& reference : concurrency->references)
    references.push_back({{"variant", printable(reference.variant)}, {"parallelism", reference.parallelism}});
  return {{"threads", concurrency->threads},
          {"solution", concurrency->solution},
          {"before", concurrency->before ? Json(*concurrency->before) : Json(nullptr)},
          {"references", references}};
}

Json to_json(const std::optional<Hint>& hint) {
  if (!hint) return nullptr;
  return {{"number", hint->number}, {"count", hint->count}, {"text", hint->text}};
}

std::vector<std::string> read_strings(const Json& list) { return list.get<std::vector<std::string>>(); }

Diagnostics read_diagnostics(const Json& json) {
  Diagnostics diagnostics;
  for (const Json& item : json.at("own"))
    diagnostics.own.push_back({item.at("kind") == "error" ? Diagnostic::Kind::error : Diagnostic::Kind::warning,
                               item.at("line"), item.at("column"), item.at("message"), item.at("snippet")});
  diagnostics.errors_elsewhere = json.at("errors_elsewhere");
  diagnostics.first_elsewhere = json.at("first_elsewhere");
  return diagnostics;
}

std::optional<Concurrency> read_concurrency(const Json& json) {
  if (json.is_null()) return std::nullopt;
  Concurrency concurrency;
  concurrency.threads = json.at("threads");
  concurrency.solution = json.at("solution");
  if (!json.at("before").is_null()) concurrency.before = json.at("before").get<double>();
  for (const Json& item : json.at("references"))
    concurrency.references.push_back({item.at("variant"), item.at("parallelism")});
  return concurrency;
}

std::optional<Hint> read_hint(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return Hint{json.at("number"), json.at("count"), json.at("text")};
}

}  // namespace

const char* name_of(Conclusion conclusion) {
  for (const auto& [value, name] : conclusions)
    if (value == conclusion) return name;
  return "unknown";
}

std::string format_check(const CheckResult& result, Style style) {
  std::string text = headline(result, style);
  text += is_right(result) ? say_right(result) : say_wrong(result, style);
  if (is_right(result) && !result.diagnostics.own.empty())
    text += "\n" + format_diagnostics(result.diagnostics, result.file, diagnostics_shown);
  for (const std::string& note : result.notes) text += paragraph("note: " + printable(note), 0);
  if (result.hint) text += say_hint(*result.hint, style);
  return text;
}

std::string format_check_json(const CheckResult& result) {
  const Json document = {{"version", format_version},
                         {"scenario", printable(result.scenario)},
                         {"file", printable(result.file)},
                         {"verdict", name_of(result.conclusion)},
                         {"finding", result.finding},
                         {"sentence", printable(result.sentence)},
                         {"mend", printable(result.mend)},
                         {"report", result.report},
                         {"printed", printable(result.printed)},
                         {"token", result.token},
                         {"replay", result.replay_command},
                         {"failing", result.failing},
                         {"switches", result.switches},
                         {"others", strings(result.others)},
                         {"diagnostics", to_json(result.diagnostics)},
                         {"executions", result.executions},
                         {"covered", strings(result.covered)},
                         {"notes", strings(result.notes)},
                         {"remembered", result.remembered},
                         {"stale", result.stale},
                         {"concurrency", to_json(result.concurrency)},
                         {"hint", to_json(result.hint)}};
  return document.dump(2) + "\n";
}

CheckResult read_check_json(const std::string& text) {
  const Json json = Json::parse(text);
  CheckResult result;
  result.scenario = json.at("scenario");
  result.file = json.at("file");
  for (const auto& [value, name] : conclusions)
    if (json.at("verdict") == name) result.conclusion = value;
  result.finding = json.at("finding");
  result.sentence = json.at("sentence");
  result.mend = json.at("mend");
  result.report = json.at("report");
  result.printed = json.at("printed");
  result.token = json.at("token");
  result.replay_command = json.at("replay");
  result.failing = json.at("failing");
  result.switches = json.at("switches");
  result.others = read_strings(json.at("others"));
  result.diagnostics = read_diagnostics(json.at("diagnostics"));
  result.executions = json.at("executions");
  result.covered = read_strings(json.at("covered"));
  result.notes = read_strings(json.at("notes"));
  result.remembered = json.at("remembered");
  result.stale = json.at("stale");
  result.concurrency = read_concurrency(json.at("concurrency"));
  result.hint = read_hint(json.at("hint"));
  return result;
}

}  // namespace snag
