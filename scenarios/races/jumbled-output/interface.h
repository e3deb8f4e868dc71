// A terminal that several threads write to, and the printing of a line on it.
#pragma once

#include <snag/snag.h>

#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

namespace solution {

/// A text, shown in reports with its line ends visible.
struct Text {
  std::string characters;

  Text& operator+=(std::string_view piece) {
    characters += piece;
    return *this;
  }

  friend std::ostream& operator<<(std::ostream& stream, const Text& text) {
    stream << '"';
    for (const char character : text.characters) {
      if (character == '\n')
        stream << "\\n";
      else
        stream << character;
    }
    return stream << '"';
  }
};

/// The terminal; part of the driver. Each piece arrives in one, between the pieces of others.
class Terminal {
 public:
  Terminal() { snag::name(mutex_, "terminal lock"); }

  void write(std::string_view piece) {
    std::lock_guard guard(mutex_);
    text_ += piece;
  }

  std::string text() {
    std::lock_guard guard(mutex_);
    return text_.read().characters;
  }

 private:
  snag::mutex mutex_;
  snag::shared<Text> text_{{}, "screen"};
};

/// Prints lines. Any thread may call print at any time.
class Printer {
 public:
  virtual ~Printer() = default;
  /// Prints a line such as "Ann: 7". Lines of several threads come in any order, each one whole.
  virtual void print(const std::string& name, int points) = 0;
};

/// What a variant implements: a printer that writes to the terminal given.
std::unique_ptr<Printer> make_printer(Terminal& terminal);

}  // namespace solution
