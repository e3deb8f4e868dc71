#include "harness/campaign/corpus_entry.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace snag {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;
constexpr std::string_view indent = "  ";

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::finding: return "finding";
    case Verdict::deadlock: return "deadlock";
    case Verdict::crash: return "crash";
    case Verdict::step_limit: return "step_limit";
  }
  return "passed";
}

std::string hexadecimal(std::uint32_t value) { return fmt::format("{:08x}", value); }

std::string text_of(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// ---- Writing -------------------------------------------------------------------------------------------------

Json to_json(const CorpusEntry& entry) {
  return {{"version", format_version},
          {"scenario", entry.scenario},
          {"finding", entry.finding},
          {"objects", entry.objects},
          {"sentence", entry.sentence},
          {"status", name_of(entry.status)},
          {"predicted", entry.predicted},
          {"declared", entry.declared},
          {"fingerprint", entry.fingerprint},
          {"strategy", entry.strategy},
          {"seed", entry.seed},
          {"execution", entry.execution},
          {"spurious_max", entry.token.spurious_max},
          {"steps_max", entry.token.steps_max},
          {"stack_size", entry.token.stack_size},
          {"ended", word_of(entry.ended)},
          {"token", format_token(entry.token)},
          {"steps_count", entry.steps_count}};
}

// The steps with the choices that led to them, or were made in them: a line each.
class StepLines {
 public:
  explicit StepLines(const CorpusEntry& entry) : entry_(entry), next_(entry.token.schedule.begin()) {}

  Json line(std::size_t number) {
    const RememberedStep& step = entry_.steps[number];
    Json line = {{"step", number},
                 {"thread", step.thread},
                 {"operation", step.operation},
                 {"place", step.place},
                 {"check", hexadecimal(step.check)}};
    if (step.tells_failure) line["failure"] = true;
    if (is_next(number, Choice::Kind::thread)) {
      line["among"] = step.among;
      line["choice"] = hexadecimal((next_++)->check);
    }
    while (is_next(number, Choice::Kind::value)) {
      line["values"].push_back(
          {{"value", next_->chosen}, {"of", next_->options}, {"choice", hexadecimal(next_->check)}});
      ++next_;
    }
    return line;
  }

 private:
  bool is_next(std::size_t number, Choice::Kind kind) const {
    return next_ != entry_.token.schedule.end() && next_->step == number && next_->kind == kind;
  }

  const CorpusEntry& entry_;
  Schedule::const_iterator next_;
};

// ---- Reading -------------------------------------------------------------------------------------------------

[[noreturn]] void refuse(const std::string& what) { throw CorpusError(what); }

const Json& member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) refuse(fmt::format("the field \"{}\" is missing", name));
  return *found;
}

std::string string_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_string()) refuse(fmt::format("\"{}\" is no text", name));
  return value.get<std::string>();
}

bool truth_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_boolean()) refuse(fmt::format("\"{}\" is neither true nor false", name));
  return value.get<bool>();
}

template <class Number>
Number number_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<Number>::max())
    refuse(fmt::format("\"{}\" is no whole number, or too large", name));
  return value.get<Number>();
}

std::uint32_t hexadecimal_in(const Json& object, const char* name) {
  const std::string text = string_in(object, name);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size())
    refuse(fmt::format("\"{}\" is no hexadecimal number", name));
  return value;
}

const Json& list_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_array()) refuse(fmt::format("\"{}\" is no list", name));
  return value;
}

std::vector<std::string> strings_in(const Json& object, const char* name) {
  std::vector<std::string> texts;
  for (const Json& item : list_in(object, name)) {
    if (!item.is_string()) refuse(fmt::format("\"{}\" is no list of texts", name));
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

EntryStatus status_in(const Json& object) {
  const std::string word = string_in(object, "status");
  for (const EntryStatus status : {EntryStatus::open, EntryStatus::fixed})
    if (word == name_of(status)) return status;
  refuse(fmt::format("\"status\" is \"{}\", and must be \"open\" or \"fixed\"", word));
}

Verdict verdict_in(const Json& object) {
  const std::string word = string_in(object, "ended");
  for (const Verdict verdict :
       {Verdict::passed, Verdict::finding, Verdict::deadlock, Verdict::crash, Verdict::step_limit})
    if (word == word_of(verdict)) return verdict;
  refuse(fmt::format("\"ended\" is \"{}\", which is none of the ways in which an execution ends", word));
}

Token token_in(const Json& object) {
  try {
    return parse_token(string_in(object, "token"));
  } catch (const std::invalid_argument& error) { refuse(error.what()); }
}

RememberedStep step_in(const Json& line, std::size_t number, Schedule& schedule) {
  if (!line.is_object()) refuse(fmt::format("step {} is no object", number));
  if (number_in<std::size_t>(line, "step") != number) refuse(fmt::format("step {} is missing, or twice there", number));
  RememberedStep step;
  step.thread = number_in<ThreadIndex>(line, "thread");
  step.operation = string_in(line, "operation");
  step.place = string_in(line, "place");
  step.check = hexadecimal_in(line, "check");
  step.tells_failure = line.contains("failure") && truth_in(line, "failure");
  const auto at = static_cast<Step>(number);
  if (line.contains("among")) {
    step.among = strings_in(line, "among");
    if (step.among.size() < 2) refuse(fmt::format("step {} is a choice among fewer than two", number));
    schedule.push_back({Choice::Kind::thread, hexadecimal_in(line, "choice"), step.thread,
                        static_cast<std::uint32_t>(step.among.size()), at});
  }
  if (!line.contains("values")) return step;
  for (const Json& value : list_in(line, "values")) {
    if (!value.is_object() || number_in<std::uint32_t>(value, "of") < 2)
      refuse(fmt::format("a value of step {} is no choice among two or more", number));
    schedule.push_back({Choice::Kind::value, hexadecimal_in(value, "choice"), number_in<std::uint32_t>(value, "value"),
                        number_in<std::uint32_t>(value, "of"), at});
  }
  return step;
}

// The token's choices are folded; those of the steps are whole. Both must tell the same.
bool same_choices(const Schedule& folded, const Schedule& whole) {
  return std::ranges::equal(folded, whole, [](const Choice& one, const Choice& other) {
    return one.kind == other.kind && one.chosen == other.chosen && one.check == other.check % token_letters;
  });
}

Json parse_json(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::string what = error.what();
    const std::size_t prefix = what.find("] ");  // "[json.exception.parse_error.101] "
    refuse("it is no JSON: " + (prefix == std::string::npos ? what : what.substr(prefix + 2)));
  }
}

}  // namespace

const char* name_of(EntryStatus status) { return status == EntryStatus::open ? "open" : "fixed"; }

std::string format_entry(const CorpusEntry& entry) {
  std::string text = "{\n";
  const Json fields = to_json(entry);
  for (const auto& [name, value] : fields.items()) text += fmt::format("{}\"{}\": {},\n", indent, name, text_of(value));
  text += fmt::format("{}\"steps\": [", indent);
  StepLines lines(entry);
  for (std::size_t number = 0; number < entry.steps.size(); ++number)
    text += fmt::format("{}\n{}{}{}", number == 0 ? "" : ",", indent, indent, text_of(lines.line(number)));
  return text + (entry.steps.empty() ? "]\n}\n" : fmt::format("\n{}]\n}}\n", indent));
}

CorpusEntry parse_entry(std::string_view text) {
  const Json document = parse_json(text);
  if (!document.is_object()) refuse("it is no JSON object");
  if (const Json& version = member(document, "version"); version != format_version)
    refuse(fmt::format("it has format {}, and this snag reads format {}", text_of(version), format_version));
  CorpusEntry entry;
  entry.scenario = string_in(document, "scenario");
  entry.finding = string_in(document, "finding");
  entry.objects = strings_in(document, "objects");
  entry.sentence = string_in(document, "sentence");
  entry.status = status_in(document);
  entry.predicted = truth_in(document, "predicted");
  entry.declared = truth_in(document, "declared");
  entry.fingerprint = string_in(document, "fingerprint");
  entry.strategy = string_in(document, "strategy");
  entry.seed = number_in<std::uint64_t>(document, "seed");
  entry.execution = number_in<std::uint64_t>(document, "execution");
  entry.token = token_in(document);
  if (entry.token.scenario != entry.scenario) refuse("its token is of another scenario");
  if (entry.token.spurious_max != number_in<std::uint32_t>(document, "spurious_max") ||
      entry.token.steps_max != number_in<Step>(document, "steps_max") ||
      entry.token.stack_size != number_in<std::size_t>(document, "stack_size"))
    refuse("its options and its token contradict each other");
  entry.ended = verdict_in(document);
  entry.steps_count = number_in<std::uint64_t>(document, "steps_count");
  Schedule schedule;
  for (const Json& line : list_in(document, "steps"))
    entry.steps.push_back(step_in(line, entry.steps.size(), schedule));
  if (entry.steps.empty()) return entry;
  if (entry.steps.size() != entry.steps_count || !same_choices(entry.token.schedule, schedule))
    refuse("its steps and its token contradict each other");
  entry.token.schedule = std::move(schedule);
  return entry;
}

}  // namespace snag
