#include "harness/cli/progress.h"

#include "harness/report/text.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include <unistd.h>

namespace snag {

namespace {

constexpr std::chrono::seconds between_lines{10};

volatile std::sig_atomic_t interrupts = 0;

void on_interrupt(int) { interrupts = 1; }

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) { note_interrupts(); }

void ProgressLine::note_interrupts() {
  struct sigaction action {};
  action.sa_handler = &on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one has its usual effect
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

ProgressLine::~ProgressLine() {
  clear();
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

void ProgressLine::begin(const std::string& name, std::size_t nth, std::size_t count) {
  name_ = name;
  nth_ = nth;
  count_ = count;
}

ProgressFunction ProgressLine::function() {
  return [this](const Progress& progress) {
    show(progress);
    return interrupts == 0;
  };
}

void ProgressLine::clear() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

bool ProgressLine::interrupted() { return interrupts != 0; }

void ProgressLine::show(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ && now - last_line_ < between_lines) return;
  last_line_ = now;
  std::string line = count_ > 1 ? fmt::format("[{}/{}] ", nth_, count_) : std::string();
  line += fmt::format("{}: {} of {} executions, {}, {:.0f} s", name_, grouped(progress.executions),
                      grouped(progress.budget), counted(progress.bugs, "finding"), progress.seconds);
  if (progress.explored) line += fmt::format(", about {:.1f} % explored", *progress.explored * 100);
  if (terminal_) {
    std::fputs(("\r\x1b[K" + line).c_str(), stderr);
    drawn_ = true;
  } else {
    std::fputs((line + "\n").c_str(), stderr);
  }
  std::fflush(stderr);
}

}  // namespace snag
