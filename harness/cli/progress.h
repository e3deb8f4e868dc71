// How far a long command is: one line redrawn on a terminal, a line every ten seconds elsewhere. And Ctrl-C, which
// ends the campaign with what is known so far; the second one ends the program.
#pragma once

#include "harness/campaign/campaign.h"

#include <chrono>
#include <string>

namespace snag {

/// Shows progress on standard error. While it lives, Ctrl-C is caught.
class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  /// What is being run: shown before the numbers. It is the nth of `count`.
  void begin(const std::string& name, std::size_t nth, std::size_t count);
  /// For explore().
  ProgressFunction function();
  /// Takes the redrawn line away, before something else is printed.
  void clear();

  /// From now on, and not only while there is a line: an interrupt is noted, and ends the search that comes.
  static void note_interrupts();
  static bool interrupted();

 private:
  void show(const Progress& progress);

  std::string name_;
  std::size_t nth_ = 0, count_ = 0;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_line_ = std::chrono::steady_clock::now();
};

}  // namespace snag
