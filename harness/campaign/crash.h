// What a crash or a stack overflow in a thread of the program under test comes to: finding, place and token, printed from
// an alternate stack, then exit 1. A worker process writes them where its parent finds them instead.
#pragma once

#include "harness/campaign/campaign.h"
#include "harness/campaign/worker_journal.h"
#include "harness/trace/narrative.h"

#include <filesystem>
#include <string>

namespace snag {

/// What ended the program under test, in words.
struct Crash {
  std::string name = {};      ///< as a finding: "crash", "stack-overflow"
  std::string scenario = {};  ///< empty: it happened outside an execution
  std::string what = {};      ///< "T1 crashed (segmentation fault at step 7)"
  std::string step = {};      ///< the same as a step of the thread: "segmentation fault through a null pointer"
  std::string place = {};     ///< "account.cpp:12 in withdraw(int)"; empty: unknown
  std::string hint = {};      ///< may be empty
  std::string token = {};     ///< replays the execution up to here
};

/// Is told of a crash. Called twice, the first time without the place: to look it up may fail, after what happened.
using CrashReporter = void (*)(const Crash&);

/// Catches SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT on an alternate stack, and exit() and quick_exit() inside an
/// execution (nothing can catch _exit()). `command` is the program's name in the replay line, `after` what follows the
/// token there. Signals outside an execution have their usual effect.
void catch_crashes(const char* command, std::string after = "");

/// The same for programs that run executions now and then, as test programs do: while it lives. The replay line is
/// `before`, the token, `after`.
class CrashGuard {
 public:
  CrashGuard(std::string before, std::string after);
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;
  ~CrashGuard();
};

/// From now on crashes of this process, a worker, are written here, and nothing is printed or remembered. Where in the
/// source it was is looked up by the parent.
void record_crashes_in(CrashRecord& record);

/// From now on what would end this process is a failure of the program (Execution::crash_program), a finding of the same
/// name, and the harness goes on; as signals always are where executions have processes of their own. For a process in
/// which nothing matters any more but what led there. If it does not stand that, it ends as ever.
void tell_crashes_as_findings();

/// From now on crashes are told to this function instead of being printed.
void report_crashes_to(CrashReporter reporter);

/// Ends the process as a crash does. `what` goes on after the thread's name ("computes for ever"); `context` is what a
/// signal handler was given, or null.
[[noreturn]] void end_in_crash(const char* name, const std::string& what, const std::string& hint, void* context);

/// The findings by which a crash is known.
inline constexpr const char* crash_finding = "crash";
inline constexpr const char* overflow_finding = "stack-overflow";
inline constexpr const char* endless_finding = "endless-loop";
inline constexpr const char* memory_finding = "out-of-memory";
/// Whether an execution with this finding ends its process.
bool is_crash(const std::string& finding);
/// "T1 crashed (segmentation fault at step 7) at account.cpp:12 in withdraw(int)."
std::string crash_sentence(const std::string& what, SourcePlace place);
/// The name of such a bug: what happened where.
std::string crash_fingerprint(const std::string& finding, SourcePlace place);
/// "segmentation fault"
const char* describe_signal(int signal);

/// From now on crashes are remembered in this corpus, unless it knows them; an empty folder: nowhere.
void remember_crashes(const std::filesystem::path& folder, const CampaignOptions& options);

}  // namespace snag
