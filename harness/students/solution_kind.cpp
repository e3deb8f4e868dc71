#include "harness/students/solution_kind.h"

#include <cctype>
#include <string>
#include <system_error>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view name_of_snag = "snag";

bool is_word(char character) { return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_'; }

// Goes through a source once, token by token.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool names_snag() {
    while (at_ < text_.size())
      if (take_token()) return true;
    return false;
  }

 private:
  bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }
  void skip_behind(std::string_view end, std::size_t from) {
    const std::size_t found = text_.find(end, from);
    at_ = found == std::string_view::npos ? text_.size() : found + end.size();
  }

  // True if it is the name.
  bool take_token() {
    const char character = text_[at_];
    if (starts("//")) {
      skip_behind("\n", at_);
      in_include_ = false;
    } else if (starts("/*")) {
      skip_behind("*/", at_ + 2);
    } else if (starts("R\"")) {
      const std::size_t open = text_.find('(', at_);
      const std::size_t size = open == std::string_view::npos ? 0 : open - at_ - 2;
      skip_behind(")" + std::string(text_.substr(at_ + 2, size)) + "\"", at_ + 2);
    } else if ((character == '"' || character == '\'') && !in_include_) {
      skip_literal(character);
    } else if (std::isdigit(static_cast<unsigned char>(character)) != 0) {
      while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '\'')) ++at_;
    } else if (is_word(character)) {
      return take_word();
    } else {
      if (character == '\n') in_include_ = false;
      ++at_;
    }
    return false;
  }

  bool take_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) {
      if (starts("R\"")) return false;  // a prefix of a raw string
      ++at_;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "include") in_include_ = true;
    return word == name_of_snag;
  }

  void skip_literal(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_)
      if (text_[at_] == '\\') ++at_;
    if (at_ < text_.size()) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_include_ = false;  // what stands in quotes is a file's name
};

}  // namespace

SolutionKind kind_of_solution(std::string_view text) {
  return Scanner(text).names_snag() ? SolutionKind::typed : SolutionKind::plain;
}

fs::path plain_form_of(const fs::path& scenario) { return scenario / "plain"; }

bool has_plain_form(const fs::path& scenario) {
  std::error_code error;
  return fs::is_regular_file(plain_form_of(scenario) / "driver.cpp", error);
}

}  // namespace snag
