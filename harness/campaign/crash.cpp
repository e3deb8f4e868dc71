#include "harness/campaign/crash.h"

#include "harness/campaign/symbols.h"
#include "harness/execution/execution.h"
#include "harness/trace/token.h"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

namespace snag {

namespace {

constexpr std::size_t alternate_stack_size = 256UL * 1024;
constexpr std::array<int, 5> signals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
// Around the token in the replay line.
std::string before_token = "snag replay ";
std::string after_token;
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
std::string place_of(void* context, bool overflow) {
  std::vector<const void*> stack{interrupted_at(context)};
  if (!overflow)
    for (const void* const address : unwind()) stack.push_back(address);
  const std::vector<SourcePlace> frames = programs_frames(stack);
  if (frames.empty()) return "an unknown place (no debug information)";
  return fmt::format("{}:{} in {}", frames.front().file, frames.front().line, frames.front().function);
}

Token token_of(Execution& execution) {
  return {.scenario = execution.scenario()->name,
          .spurious_max = execution.options().spurious_max,
          .steps_max = execution.options().steps_max,
          .stack_size = execution.options().stack_size,
          .schedule = execution.schedule(),
          .trace_digest = 0};
}

std::string replay_line(const Token& token) {
  return fmt::format("replay with: {}{}{}\n", before_token, format_token(token), after_token);
}

// exit() inside an execution would end the campaign in silence, with whatever code the program likes.
void on_exit() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || execution->scenario() == nullptr) return;
  print(fmt::format("\ncrash in {}: T{} ended the process with exit() at step {}\n{}", execution->scenario()->name,
                    execution->running().index, execution->trace().events.size(), replay_line(token_of(*execution))));
  const std::vector<SourcePlace> frames = programs_frames(unwind());
  if (!frames.empty())
    print(fmt::format("place: {}:{} in {}\n", frames.front().file, frames.front().line, frames.front().function));
  _exit(1);
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
  const Token token = token_of(*execution);
  // The token first: it needs the least to work.
  const std::string replay = replay_line(token);
  const char* const name = overflow ? "stack-overflow" : "crash";
  print(fmt::format("\n{} in {}: T{} {} ({} at step {})\n", name, token.scenario, execution->running().index,
                    overflow ? "used up its stack" : "crashed", describe(signal), execution->trace().events.size()));
  print(replay);
  print(fmt::format("place: {}\n", place_of(context, overflow)));
  if (overflow) print("hint: unbounded recursion or a large local array; --stack-size gives threads more\n");
  _exit(1);
}

// What CrashGuard puts back.
struct Handlers {
  std::array<struct sigaction, signals.size()> actions = {};
  stack_t stack = {};
};
Handlers handlers_before;

void* alternate_stack() {
  // One for the process: crashes in the guard of a thread's stack find none of their own.
  static void* const memory =
      mmap(nullptr, alternate_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory;
}

void watch_exit() {
  static const bool registered = std::atexit(&on_exit) == 0;
  (void)registered;
}

Handlers install() {
  Handlers before;
  watch_exit();
  if (alternate_stack() == MAP_FAILED) return before;
  stack_t alternate{};
  alternate.ss_sp = alternate_stack();
  alternate.ss_size = alternate_stack_size;
  sigaltstack(&alternate, &before.stack);
  struct sigaction action {};
  action.sa_sigaction = &on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &before.actions[i]);
  return before;
}

}  // namespace

void catch_crashes(const char* command) {
  before_token = std::string(command) + " replay ";
  install();
}

CrashGuard::CrashGuard(std::string before, std::string after) {
  before_token = std::move(before);
  after_token = std::move(after);
  handlers_before = install();
}

CrashGuard::~CrashGuard() {
  if (alternate_stack() == MAP_FAILED) return;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &handlers_before.actions[i], nullptr);
  sigaltstack(&handlers_before.stack, nullptr);
}

}  // namespace snag
