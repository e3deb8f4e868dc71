#include "harness/students/diagnostics.h"

#include "harness/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <set>
#include <utility>

namespace snag {

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

int number(const std::ssub_match& match) { return match.matched ? std::stoi(match.str()) : 0; }

// "file:12:5: error: message". A file's name may hold anything but a line's end; the first number after a colon ends it.
struct Header {
  std::string file;
  int line = 0;
  int column = 0;
  std::string kind;
  std::string message;
};

std::optional<Header> header_of(const std::string& line) {
  static const std::regex pattern(R"(^(\S.*?):(\d{1,9}):(?:(\d{1,9}):)? (error|fatal error|warning|note): (.*)$)");
  std::smatch match;
  if (!std::regex_match(line, match, pattern)) return std::nullopt;
  return Header{match[1], number(match[2]), number(match[3]), match[4], match[5]};
}

// GCC says before an error in a template where it was called for.
std::optional<Header> requester_of(const std::string& line) {
  static const std::regex pattern(R"(^(\S.*?):(\d{1,9}):(?:(\d{1,9}):)?\s+required from.*$)");
  std::smatch match;
  if (!std::regex_match(line, match, pattern)) return std::nullopt;
  return Header{match[1], number(match[2]), number(match[3]), "", ""};
}

// Lines that say where the next error is, or how many there were: no part of a snippet.
bool is_context(const std::string& line) {
  static const std::regex pattern(
      R"(^(In file included from .*|\s+from .*[:,]|\S.*: (In|At) .*:|\d+ (error|warning)s?.* generated\.|compilation terminated.*)$)");
  return std::regex_match(line, pattern);
}

// Collects one message after another.
class Reader {
 public:
  Reader(const std::string& file, std::string_view source) : file_(file), source_(lines_of(source)) {}

  void read(const std::string& line) {
    if (const std::optional<Header> header = header_of(line)) {
      begin(*header, line);
    } else if (const std::optional<Header> requester = requester_of(line)) {
      target_ = nullptr;
      if (requester->file == file_) requester_ = requester;
    } else if (is_context(line)) {
      target_ = nullptr;
    } else if (target_ != nullptr) {
      *target_ += line + "\n";
    }
  }

  Diagnostics finish() {
    settle();
    return std::move(result_);
  }

 private:
  // An error elsewhere, until it is known whether a line of the student's file called for it.
  struct Pending {
    std::string message;
    std::string line;  // as printed
  };

  void begin(const Header& header, const std::string& line) {
    target_ = nullptr;
    if (header.kind == "note") {
      if (header.file == file_) begin_own_note(header);
      return;
    }
    settle();
    if (header.file == file_) {
      requester_.reset();
      add(header.kind == "warning" ? Diagnostic::Kind::warning : Diagnostic::Kind::error, header, header.message);
      target_ = &result_.own.back().snippet;
    } else if (header.kind != "warning") {
      pending_ = Pending{header.message, line};
      if (requester_) blame(*std::exchange(requester_, std::nullopt));
    }
  }

  // Clang says after the error where it was called for; other notes belong to the error before.
  void begin_own_note(const Header& note) {
    if (pending_) {
      blame(note);
    } else if (!result_.own.empty()) {
      std::string& snippet = result_.own.back().snippet;
      snippet += fmt::format("{}:{}: note: {}\n", file_, note.line, note.message);
      target_ = &snippet;
    }
  }

  void blame(const Header& where) {
    const std::string message = std::exchange(pending_, std::nullopt)->message;
    if (!blamed_.emplace(where.line, where.column).second) {
      ++result_.errors_elsewhere;  // the same line again, by another way through the library
      return;
    }
    add(Diagnostic::Kind::error, where, message);
    std::string& snippet = result_.own.back().snippet;
    const auto index = static_cast<std::size_t>(where.line) - 1;
    if (index >= source_.size()) return;
    snippet = fmt::format("{:>5} | {}\n", where.line, source_[index]);
    if (where.column > 0) snippet += fmt::format("{:>5} | {:>{}}\n", "", "^", where.column);
  }

  void add(Diagnostic::Kind kind, const Header& where, const std::string& message) {
    result_.own.push_back({kind, where.line, where.column, message, {}});
  }

  void settle() {
    if (!pending_) return;
    if (result_.errors_elsewhere++ == 0) result_.first_elsewhere = pending_->line;
    pending_.reset();
  }

  const std::string& file_;
  std::vector<std::string> source_;
  Diagnostics result_;
  std::optional<Header> requester_;
  std::optional<Pending> pending_;
  std::set<std::pair<int, int>> blamed_;
  std::string* target_ = nullptr;  // where the lines of a snippet go
};

}  // namespace

Diagnostics read_diagnostics(std::string_view output, const std::string& file, std::string_view source) {
  Reader reader(file, source);
  for (const std::string& line : lines_of(output)) reader.read(line);
  return reader.finish();
}

std::vector<std::string> read_linker_messages(std::string_view output) {
  static const std::regex duplicate(R"(multiple definition of [`'](.*?)')");
  static const std::regex duplicate_lld(R"(duplicate symbol: (.*)$)");
  static const std::regex missing(R"(undefined (?:reference to|symbol:) [`']?(.*?)'?$)");
  std::vector<std::string> messages;
  for (const std::string& line : lines_of(output)) {
    std::smatch match;
    if (std::regex_search(line, match, missing)) {
      std::string message = fmt::format("The solution does not define {}, which is used.", match[1].str());
      if (std::ranges::find(messages, message) == messages.end()) messages.push_back(std::move(message));
      continue;
    }
    if (!std::regex_search(line, match, duplicate) && !std::regex_search(line, match, duplicate_lld)) continue;
    messages.push_back(
        fmt::format("The solution defines {}, which the scenario's driver defines already: give yours another name.",
                    match[1].str()));
  }
  return messages;
}

std::string format_diagnostics(const Diagnostics& diagnostics, const std::string& file, std::size_t shown_max) {
  std::string text;
  std::size_t left = shown_max;
  std::size_t errors_left_out = 0;
  for (const Diagnostic& diagnostic : diagnostics.own) {
    const bool error = diagnostic.kind == Diagnostic::Kind::error;
    if (left == 0) {
      errors_left_out += error ? 1 : 0;
      continue;
    }
    --left;
    const std::string column = diagnostic.column > 0 ? fmt::format(":{}", diagnostic.column) : "";
    text += printable(fmt::format("{}:{}{}: {}: {}\n{}", file, diagnostic.line, column, error ? "error" : "warning",
                                  diagnostic.message, diagnostic.snippet));
  }
  if (errors_left_out > 0) text += fmt::format("and {} in this file\n", counted(errors_left_out, "more error"));
  if (diagnostics.errors_elsewhere > 0)
    text += fmt::format("and {} in other files, left out: they are likely to follow from yours\n",
                        counted(diagnostics.errors_elsewhere, "error"));
  return text;
}

}  // namespace snag
