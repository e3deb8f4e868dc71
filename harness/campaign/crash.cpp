#include "harness/campaign/crash.h"

#include "checkers/program_errors.h"
#include "harness/campaign/corpus.h"
#include "harness/campaign/settle.h"
#include "harness/campaign/symbols.h"
#include "harness/execution/execution.h"
#include "harness/execution/front_end.h"
#include "harness/execution/last_place.h"
#include "harness/execution/own_process.h"
#include "harness/trace/token.h"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dlfcn.h>
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

// Async-signal-safe.
void print(const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(harness_error, text.data() + written, text.size() - written);
    if (count <= 0) return;
    written += static_cast<std::size_t>(count);
  }
}

const void* interrupted_at(void* context) {
#if defined(__x86_64__)
  if (context != nullptr)
    return reinterpret_cast<const void*>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP] + 1);
#endif
  (void)context;
  return nullptr;
}

// Innermost first. Where no code is, a null pointer to a function or one that is no pointer, nobody knows the way further
// out than to who called it, and unwinding would look for it in memory that is not there.
std::vector<const void*> stack_of(void* context, bool overflow) {
  std::vector<const void*> stack{interrupted_at(context)};
  if (overflow) return stack;
#if defined(__x86_64__)
  Dl_info info{};
  if (context != nullptr && dladdr(stack.front(), &info) == 0) {
    stack.push_back(
        *reinterpret_cast<const void* const*>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RSP]));
    return stack;
  }
#endif
  for (const void* const address : unwind()) stack.push_back(address);
  return stack;
}

// The first frame of the program's own: the crash may be inside a library function that it called.
SourcePlace place_of(void* context, bool overflow) {
  const std::vector<SourcePlace> frames = programs_frames(stack_of(context, overflow));
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
          .spinning = rule_followed(execution.trace(), execution.options().spinning),
          .plain_points = execution.options().plain_points,
          .schedule = execution.schedule(),
          .trace_digest = 0};
}

// The execution that runs, or null.
Execution* under_test() {
  Execution* const execution = Execution::current();
  return execution == nullptr || execution->scenario() == nullptr || in_child_of_program ? nullptr : execution;
}

// The token first: it needs the least to work.
void print_crash(const Crash& crash) {
  if (crash.place.empty()) {
    print(fmt::format("\n{} in {}: {}\n", crash.name, crash.scenario, crash.what));
    print(fmt::format("replay with: {}{}{}\n", before_token, crash.token, after_token));
  } else {
    print(fmt::format("place: {}\n", crash.place));
    if (!crash.hint.empty()) print(fmt::format("hint: {}\n", crash.hint));
    if (crash.name == overflow_finding) print("hint: --stack-size gives threads more\n");
  }
}

CrashReporter reporter = &print_crash;

// Where crashes are remembered, and what is said of the campaign that found them.
struct CrashMemory {
  std::filesystem::path folder;
  CampaignOptions options;
};
CrashMemory& crash_memory() {
  static CrashMemory& memory = *new CrashMemory;  // never destroyed: exit() is told of after statics are
  return memory;
}

// The token alone: the state of the process is not to be relied on, and unwinding would need it.
CorpusEntry entry_of(const Crash& crash, const SourcePlace& place, const Token& token, std::size_t steps) {
  CorpusEntry entry;
  entry.scenario = token.scenario;
  entry.finding = crash.name;
  entry.sentence = crash_sentence(crash.what, place);
  entry.fingerprint = crash_fingerprint(crash.name, place);
  entry.strategy = crash_memory().options.strategy;
  entry.seed = crash_memory().options.seed;
  entry.token = token;
  entry.ended = Verdict::crash;
  entry.steps_count = steps;
  return entry;
}

void remember(const Crash& crash, const SourcePlace& place, Execution& execution) {
  const std::filesystem::path& folder = crash_memory().folder;
  if (folder.empty() || !is_crash(crash.name)) return;
  try {
    const CorpusEntry entry = entry_of(crash, place, token_of(execution), execution.trace().events.size());
    const std::filesystem::path file = entry_path(folder, entry.scenario, entry.fingerprint);
    const bool known = std::filesystem::exists(file);
    if (!known) store_entry(folder, entry);
    print(fmt::format("remembered {}in {}\n", known ? "already " : "", file.string()));
  } catch (const std::exception& error) { print(fmt::format("not remembered: {}\n", error.what())); }
}

CrashRecord* record_of_worker = nullptr;

// Of the addresses of a stack the first that is the program's, and not the harness's or a library's of the system.
const void* programs_place(void* context, bool overflow) {
  const std::vector<const void*> stack = stack_of(context, overflow);
  const void* const place = programs_address(stack);
  return place != nullptr ? place : stack.front();
}

bool crashes_are_findings = false;

std::optional<Execution::Failure> failure_of(const std::string& finding) {
  if (finding == crash_finding) return Execution::Failure::signal;
  if (finding == overflow_finding) return Execution::Failure::stack_overflow;
  if (finding == endless_finding) return Execution::Failure::endless_loop;
  if (finding == memory_finding) return Execution::Failure::out_of_memory;
  return std::nullopt;
}

// The program ends here, and the harness goes on: of the program nothing runs any more in this execution but destructors
// of other threads, and those only where executions share a process. A signal handler is left for good. A crash on the way
// there ends the process.
void crash_program(Crash& crash, const void* fault, void* context) {
  static bool on_the_way = false;
  Execution* const execution = under_test();
  const std::optional<Execution::Failure> failure = failure_of(crash.name);
  if (execution == nullptr || !failure || execution->abandoning() || execution->is_failing() || on_the_way) return;
  on_the_way = true;
  const void* const place = programs_place(context, *failure == Execution::Failure::stack_overflow);
  const FrontEnd* const front_end = execution->scenario()->front_end;
  if (front_end != nullptr && front_end->complete != nullptr) front_end->complete(*execution, fault);
  on_the_way = false;
  std::string words = std::move(crash.step);
  crash = {};  // nobody destroys it
  // Or the watch over time would be blind from here on.
  sigset_t ticks;
  sigemptyset(&ticks);
  sigaddset(&ticks, SIGPROF);
  pthread_sigmask(SIG_UNBLOCK, &ticks, nullptr);
  execution->crash_program(*failure, std::move(words), place);
}

[[noreturn]] void end_worker(const Crash& crash, void* context) {
  CrashRecord& record = *record_of_worker;
  record.state = CrashRecord::State::begun;
  copy_text(record.name, crash.name);
  copy_text(record.what, crash.what);
  copy_text(record.hint, crash.hint);
  if (const Execution* const execution = under_test()) record.last_operation = last_place(*execution);
  record.state = CrashRecord::State::named;
  for (const void* const address : stack_of(context, crash.name == overflow_finding))
    if (record.addresses < CrashRecord::addresses_max) record.stack[record.addresses++] = address;
  record.state = CrashRecord::State::placed;
  _exit(1);
}

// The process is lost anyway: formatting may allocate, and if that fails too, the second signal ends it at once.
[[noreturn]] void end(Crash crash, const void* fault, void* context) {
  const Interruption interruption(Execution::current());
  if (crashes_are_findings) crash_program(crash, fault, context);
  crashing = 1;
  if (record_of_worker != nullptr) end_worker(crash, context);
  if (Execution* const execution = under_test()) {
    crash.scenario = execution->scenario()->name;
    crash.token = format_token(token_of(*execution));
  }
  reporter(crash);
  const SourcePlace place = place_of(context, crash.name == overflow_finding);
  crash.place = in_words(place);
  reporter(crash);
  if (Execution* const execution = under_test()) remember(crash, place, *execution);
  _exit(1);
}

// exit() inside an execution would end the campaign in silence, with whatever code the program likes.
void on_exit() {
  if (under_test() != nullptr)
    end_in_crash(crash_finding, "ended the process with exit() or quick_exit()", "", nullptr);
}

bool used_null_pointer(int signal, const siginfo_t& info) {
  constexpr std::uintptr_t first_page = 4096;
  return signal == SIGSEGV && info.si_code == SEGV_MAPERR &&
         reinterpret_cast<std::uintptr_t>(info.si_addr) < first_page;
}

void on_crash(int signal, siginfo_t* info, void* context) {
  Execution* const execution = under_test();
  const Interruption interruption(execution);
  if (execution == nullptr || crashing != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return;
  }
  const bool overflow = signal == SIGSEGV && execution->is_stack_overflow(info->si_addr);
  Crash crash;
  crash.name = overflow ? overflow_finding : crash_finding;
  crash.what =
      fmt::format("T{} {} ({} at step {})", execution->running().index, overflow ? "used up its stack" : "crashed",
                  describe_signal(signal), execution->trace().events.size());
  if (overflow) crash.hint = overflow_hint;
  crash.step = describe_signal(signal);
  if (used_null_pointer(signal, *info)) crash.step += " through a null pointer";
  // In a process of its own a program that crashes ends that, and the harness goes on. But where the runtime itself has
  // used up the stack, its work is half done.
  const void* const fault = signal == SIGSEGV || signal == SIGBUS ? info->si_addr : nullptr;
  if (execution->is_apart() && (!overflow || interruption.program_ran())) crash_program(crash, fault, context);
  end(std::move(crash), fault, context);
}

// What ends snag when it comes from outside is for snag to answer; what a program sends itself ends the program.
void on_end_of_program(int signal, siginfo_t* info, void* context) {
  const bool is_its_own = (info->si_code == SI_USER || info->si_code == SI_TKILL) && info->si_pid == getpid();
  if (is_its_own || under_test() == nullptr) on_crash(signal, info, context);
}

void catch_ends() {
  struct sigaction action {};
  action.sa_sigaction = &on_end_of_program;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
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
  static const bool registered = std::atexit(&on_exit) == 0 && std::at_quick_exit(&on_exit) == 0;
  (void)registered;
}

Handlers install() {
  Handlers before;
  watch_exit();
  catch_signals_in_copy = &catch_ends;
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

bool is_crash(const std::string& finding) {
  return finding == crash_finding || finding == overflow_finding || finding == endless_finding ||
         finding == memory_finding;
}

std::string crash_sentence(const std::string& what, SourcePlace place) {
  place.file = place.file.substr(place.file.rfind('/') + 1);  // the same in every checkout
  return fmt::format("{} at {}.", what, in_words(place));
}

std::string crash_fingerprint(const std::string& finding, SourcePlace place) {
  place.file = place.file.substr(place.file.rfind('/') + 1);
  return fingerprint_of(fmt::format("{}\n{}", finding, in_words(place)));
}

const char* describe_signal(int signal) {
  switch (signal) {
    case SIGSEGV: return "segmentation fault";
    case SIGBUS: return "bus error";
    case SIGFPE: return "arithmetic fault";
    case SIGILL: return "illegal instruction";
    case SIGABRT: return "abort";
    case SIGINT: return "SIGINT";
    case SIGTERM: return "SIGTERM";
    default: return "signal";
  }
}

void record_crashes_in(CrashRecord& record) {
  record_of_worker = &record;
  install();
}

void remember_crashes(const std::filesystem::path& folder, const CampaignOptions& options) {
  crash_memory() = {folder, options};
}

void catch_crashes(const char* command, std::string after) {
  before_token = std::string(command) + " replay ";
  after_token = std::move(after);
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

void tell_crashes_as_findings() {
  install();
  crashes_are_findings = true;
}

void report_crashes_to(CrashReporter function) { reporter = function; }

void end_in_crash(const char* name, const std::string& what, const std::string& hint, void* context) {
  Crash crash;
  crash.name = name;
  crash.hint = hint;
  crash.what = what;
  // How long it was given depends on who ran it.
  crash.step = crash.name == endless_finding ? "reaches no scheduling point any more" : what;
  if (Execution* const execution = under_test())
    crash.what = fmt::format("T{} {} at step {}", execution->running().index, what, execution->trace().events.size());
  end(std::move(crash), nullptr, context);
}

}  // namespace snag
