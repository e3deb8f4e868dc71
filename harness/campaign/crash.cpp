#include "harness/campaign/crash.h"

#include "harness/campaign/corpus.h"
#include "harness/campaign/settle.h"
#include "harness/campaign/symbols.h"
#include "harness/execution/execution.h"
#include "harness/trace/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

namespace snag {

namespace {

constexpr std::size_t alternate_stack_size = 256UL * 1024;
const char* command_name = "snag";
volatile std::sig_atomic_t crashing = 0;

const char* describe(int signal) {
  switch (signal) {
    case SIGSEGV: return "segmentation fault";
    case SIGBUS: return "bus error";
    case SIGFPE: return "arithmetic fault";
    case SIGILL: return "illegal instruction";
    case SIGABRT: return "abort";
    default: return "signal";
  }
}

// Async-signal-safe.
void print(const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(STDERR_FILENO, text.data() + written, text.size() - written);
    if (count <= 0) return;
    written += static_cast<std::size_t>(count);
  }
}

const void* interrupted_at(void* context) {
#if defined(__x86_64__)
  return reinterpret_cast<const void*>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP] + 1);
#else
  (void)context;
  return nullptr;
#endif
}

// The first frame of the program's own: the crash may be inside a library function that it called.
SourcePlace place_of(const std::vector<const void*>& stack) {
  const std::vector<SourcePlace> frames = programs_frames(stack);
  return frames.empty() ? SourcePlace{} : frames.front();
}

std::string in_words(const SourcePlace& place) {
  if (place.file.empty()) return "an unknown place (no debug information)";
  return fmt::format("{}:{} in {}", place.file, place.line, place.function);
}

Token token_of(Execution& execution) {
  return {.scenario = execution.scenario()->name,
          .spurious_max = execution.options().spurious_max,
          .steps_max = execution.options().steps_max,
          .stack_size = execution.options().stack_size,
          .schedule = execution.schedule(),
          .trace_digest = 0};
}

// Where crashes are remembered, and what is said of the campaign that found them.
struct CrashMemory {
  std::filesystem::path folder;
  CampaignOptions options;
};
CrashMemory& crash_memory() {
  static CrashMemory& memory = *new CrashMemory;  // never destroyed: exit() is told of after statics are
  return memory;
}

// What went wrong: "crash", "T1 crashed (segmentation fault)".
struct Crash {
  const char* finding;
  std::string what;
};

// The token alone: the state of the process is not to be relied on, and unwinding would need it.
CorpusEntry entry_of(const Crash& crash, SourcePlace place, const Token& token, std::size_t steps) {
  place.file = place.file.substr(place.file.rfind('/') + 1);  // the same in every checkout
  CorpusEntry entry;
  entry.scenario = token.scenario;
  entry.finding = crash.finding;
  entry.sentence = fmt::format("{} at {}.", crash.what, in_words(place));
  entry.fingerprint = fingerprint_of(fmt::format("{}\n{}", crash.finding, in_words(place)));
  entry.strategy = crash_memory().options.strategy;
  entry.seed = crash_memory().options.seed;
  entry.token = token;
  entry.ended = Verdict::crash;
  entry.steps_count = steps;
  return entry;
}

void remember(const Crash& crash, const SourcePlace& place, const Token& token, std::size_t steps) {
  const std::filesystem::path& folder = crash_memory().folder;
  if (folder.empty()) return;
  try {
    const CorpusEntry entry = entry_of(crash, place, token, steps);
    const std::filesystem::path file = entry_path(folder, entry.scenario, entry.fingerprint);
    const bool known = std::filesystem::exists(file);
    if (!known) store_entry(folder, entry);
    print(fmt::format("remembered {}in {}\n", known ? "already " : "", file.string()));
  } catch (const std::exception& error) { print(fmt::format("not remembered: {}\n", error.what())); }
}

// The token first: it needs the least to work.
template <class Stack>
[[noreturn]] void report(const Crash& crash, Execution& execution, Stack stack) {
  const Token token = token_of(execution);
  const std::size_t steps = execution.trace().events.size();
  print(fmt::format("\n{} in {}: {} at step {}\nreplay with: {} replay {}\n", crash.finding, token.scenario, crash.what,
                    steps, command_name, format_token(token)));
  const SourcePlace place = place_of(stack());
  print(fmt::format("place: {}\n", in_words(place)));
  if (crash.finding == overflow_finding)
    print("hint: unbounded recursion or a large local array; --stack-size gives threads more\n");
  remember(crash, place, token, steps);
  _exit(1);
}

// exit() inside an execution would end the campaign in silence, with whatever code the program likes. So would
// quick_exit(). Nobody is told of _exit().
void on_exit() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || execution->scenario() == nullptr) return;
  report({crash_finding, fmt::format("T{} ended the process with exit() or quick_exit()", execution->running().index)},
         *execution, &unwind);
}

// The process is lost anyway: formatting may allocate, and if that fails too, the second signal ends it at once.
void on_crash(int signal, siginfo_t* info, void* context) {
  Execution* const execution = Execution::current();
  if (execution == nullptr || execution->scenario() == nullptr || crashing != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return;
  }
  crashing = 1;
  const bool overflow = signal == SIGSEGV && execution->is_stack_overflow(info->si_addr);
  const ThreadIndex thread = execution->running().index;
  const auto stack = [&] {
    std::vector<const void*> frames{interrupted_at(context)};
    if (!overflow) std::ranges::copy(unwind(), std::back_inserter(frames));
    return frames;
  };
  if (overflow)
    report({overflow_finding, fmt::format("T{} used up its stack", thread)}, *execution, stack);
  else
    report({crash_finding, fmt::format("T{} crashed ({})", thread, describe(signal))}, *execution, stack);
}

}  // namespace

bool is_crash(const std::string& finding) { return finding == crash_finding || finding == overflow_finding; }

void remember_crashes(const std::filesystem::path& folder, const CampaignOptions& options) {
  crash_memory() = {folder, options};
}

void catch_crashes(const char* command) {
  command_name = command;
  std::atexit(&on_exit);
  std::at_quick_exit(&on_exit);
  void* const memory = mmap(nullptr, alternate_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t alternate{};
  alternate.ss_sp = memory;
  alternate.ss_size = alternate_stack_size;
  sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_sigaction = &on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
}

}  // namespace snag
