#include "harness/cli/replay_line.h"

#include "harness/cli/output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace snag {

namespace {

constexpr int file_version = 1;

std::string file_name(const Bug& bug) {
  std::string name = bug.token.scenario;
  for (char& character : name)
    if (!is_plain_in_shell(character) || character == '/') character = '-';
  return fmt::format("snag-{}-{}.json", name, bug.fingerprint);
}

Token parse(const std::string& text) {
  try {
    return parse_token(text);
  } catch (const std::invalid_argument& error) { throw UsageError(error.what()); }
}

bool is_file_name(const std::string& argument) { return argument.ends_with(".json") || std::ifstream(argument).good(); }

std::string read_file(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown))
    throw UsageError(fmt::format("{} is a folder: name a token, or a file that holds one", path));
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw UsageError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return {std::istreambuf_iterator<char>(stream), {}};
}

ToReplay of_entry(const std::string& text, const std::string& file) {
  try {
    CorpusEntry entry = parse_entry(text);
    Token token = entry.token;
    return {.token = std::move(token), .entry = std::move(entry)};
  } catch (const CorpusError& error) {
    throw UsageError(fmt::format("{}: {}; restore the file from version control", file, error.what()));
  }
}

}  // namespace

std::string ReplayLine::of(const Bug& bug, LongTokens long_tokens) const {
  const std::string token = format_token(bug.token);
  std::string argument = token;
  if (token.size() > token_length_max && long_tokens == LongTokens::in_file) {
    const std::string file = file_name(bug);
    try {
      write_file(file, nlohmann::ordered_json({{"version", file_version}, {"token", token}}).dump(2) + "\n");
      argument = file;
    } catch (const OutputError& error) {
      complain(fmt::format("{}: {}; the token stands in the replay line instead", program_, error.what()));
    }
  }
  return with(argument);
}

std::string ReplayLine::with(const std::string& argument) const {
  return fmt::format("{} replay {}{}", quoted_for_shell(program_), quoted_for_shell(argument), after_token());
}

std::string ReplayLine::after_token() const {
  std::string text = under_test_.empty() ? "" : " --";
  for (const std::string& word : under_test_) text += " " + quoted_for_shell(word);
  return text;
}

ToReplay read_argument(const std::string& given) {
  constexpr const char* blanks = " \t\r\n";  // of pasting
  const std::size_t begin = std::min(given.find_first_not_of(blanks), given.size());
  const std::string argument = given.substr(begin, given.find_last_not_of(blanks) + 1 - begin);
  if (!is_file_name(argument)) return {.token = parse(argument)};
  const std::string text = read_file(argument);
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_object() && document.contains("steps")) return of_entry(text, argument);
  const bool usable = document.is_object() && document.contains("version") && document.contains("token") &&
                      document["token"].is_string();
  if (!usable)
    throw UsageError(fmt::format("{} holds no token: it should read {{\"version\": 1, \"token\": \"...\"}}", argument));
  if (document["version"] != file_version)
    throw UsageError(
        fmt::format("{} was written by another version of snag: run the campaign again with this one", argument));
  return {.token = parse(document["token"].get<std::string>())};
}

}  // namespace snag
