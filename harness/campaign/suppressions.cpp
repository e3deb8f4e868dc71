#include "harness/campaign/suppressions.h"

#include "harness/execution/execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace snag {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr const char* form = "write checker:pattern, for example data-race:account.balance, or # before a comment";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

Suppression parse_line(std::string_view line, const std::string& place) {
  const auto refuse = [&](std::string_view why) {
    throw UsageError(fmt::format("{}: '{}' {}: {}", place, line, why, form));
  };
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) refuse("names no checker");
  const std::string_view checker = trimmed(line.substr(0, colon)), pattern = trimmed(line.substr(colon + 1));
  if (checker.empty()) refuse("has nothing before the colon");
  if (checker.find_first_of(" \t") != std::string_view::npos) refuse("has a blank in the checker's name");
  if (pattern.empty()) refuse("has nothing behind the colon");
  return {std::string(checker), std::string(pattern), place};
}

// All of the path, or what stands behind one of its slashes.
bool fits_path(std::string_view pattern, std::string_view path) {
  if (fits(pattern, path)) return true;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
    if (fits(pattern, path.substr(slash + 1))) return true;
  return false;
}

// Also a finding that names nothing at all.
bool fits_everything(const std::string& pattern) { return pattern.find_first_not_of('*') == std::string::npos; }

}  // namespace

std::vector<Suppression> parse_suppressions(std::string_view text, const std::string& file) {
  std::vector<Suppression> lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.front() != '#') lines.push_back(parse_line(line, fmt::format("{}:{}", file, number)));
  }
  return lines;
}

std::vector<Suppression> read_suppressions(const std::string& file) {
  std::error_code unknown;
  if (std::filesystem::is_directory(file, unknown))
    throw UsageError(fmt::format("{} is a folder: --suppressions wants a file", file));
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw UsageError(
        fmt::format("cannot read the suppressions in {}: {}. Name a file that is there, or leave "
                    "--suppressions out",
                    file, std::strerror(errno)));
  return parse_suppressions(std::string{std::istreambuf_iterator<char>(stream), {}}, file);
}

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t at = 0, in_text = 0;
  std::size_t star = std::string_view::npos, taken = 0;  // the last '*', and up to where it reaches
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = in_text;
    } else if (at < pattern.size() && pattern[at] == text[in_text]) {
      ++at;
      ++in_text;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_text = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool fits_place(std::string_view pattern, const SourcePlace& place) {
  const bool is_function = (!place.function.empty() && fits(pattern, place.function)) ||
                           (!place.qualified.empty() && fits(pattern, place.qualified));
  if (is_function) return true;
  return !place.file.empty() &&
         (fits_path(pattern, place.file) || fits_path(pattern, fmt::format("{}:{}", place.file, place.line)));
}

std::optional<std::size_t> suppression_of(const NamedFinding& finding, const std::vector<Suppression>& lines) {
  std::optional<std::vector<SourcePlace>> places;
  const auto is_meant_by = [&](const Suppression& line) {
    if (!fits(line.checker, finding.checker)) return false;
    if (fits_everything(line.pattern)) return true;
    const auto fits_it = [&](const std::string& name) { return fits(line.pattern, name); };
    if (std::ranges::any_of(finding.objects, fits_it)) return true;
    if (!places) places = finding.places();
    return std::ranges::any_of(*places, [&](const SourcePlace& place) { return fits_place(line.pattern, place); });
  };
  const auto found = std::ranges::find_if(lines, is_meant_by);
  if (found == lines.end()) return std::nullopt;
  return static_cast<std::size_t>(found - lines.begin());
}

std::optional<std::size_t> suppression_of(const Finding& finding, const Narrative& narrative,
                                          const std::vector<Suppression>& lines) {
  NamedFinding named{.checker = finding.checker, .objects = {}, .places = [&] {
                       std::vector<SourcePlace> places;
                       for (const Step step : finding.steps)
                         if (step < narrative.places.size())
                           std::ranges::copy(narrative.places[step], std::back_inserter(places));
                       return places;
                     }};
  for (const ObjectIndex object : finding.objects) named.objects.push_back(display_name(narrative.trace, object));
  return suppression_of(named, lines);
}

}  // namespace snag
