#include "harness/campaign/crash.h"

#include "harness/campaign/symbols.h"
#include "harness/execution/execution.h"
#include "harness/trace/token.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
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

// exit() inside an execution would end the campaign in silence, with whatever code the program likes. So would
// quick_exit(). Nobody is told of _exit().
void on_exit() {
  Execution* const execution = Execution::current();
  if (execution == nullptr || execution->scenario() == nullptr) return;
  print(fmt::format(
      "\ncrash in {}: T{} ended the process with exit() or quick_exit() at step {}\nreplay with: {} replay {}\n",
      execution->scenario()->name, execution->running().index, execution->trace().events.size(), command_name,
      format_token(token_of(*execution))));
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
  const std::string replay = fmt::format("replay with: {} replay {}\n", command_name, format_token(token));
  const char* const name = overflow ? "stack-overflow" : "crash";
  print(fmt::format("\n{} in {}: T{} {} ({} at step {})\n", name, token.scenario, execution->running().index,
                    overflow ? "used up its stack" : "crashed", describe(signal), execution->trace().events.size()));
  print(replay);
  print(fmt::format("place: {}\n", place_of(context, overflow)));
  if (overflow) print("hint: unbounded recursion or a large local array; --stack-size gives threads more\n");
  _exit(1);
}

}  // namespace

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
