// What to run: a name, a body that starts threads, an optional invariant, and the findings expected of it.
#pragma once

#include "harness/trace/operation.h"
#include "harness/trace/scheduling.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace snag {

/// How virtual time passes.
enum class TimeModel : std::uint8_t {
  adversarial,  ///< a sleeper may be delayed as any thread may: which of sleepers and workers goes first is a choice
  ideal,        ///< the clock moves only when nobody can run, and then to the earliest deadline
};

/// Whether a reader gets into a shared_mutex that readers hold while a writer waits for it: the standard leaves it open.
enum class WaitingWriter : std::uint8_t {
  lets_readers_pass,   ///< readers go in as long as readers hold it, as with glibc's locks
  holds_readers_back,  ///< who comes after a waiting writer waits behind it
};

/// One finding that a variant declares. An empty object matches any.
struct ExpectedFinding {
  std::string checker;  ///< Finding::checker
  std::string object;   ///< display name of one of the finding's objects, or empty
};

/// How far `exhaustive` gets on a variant, as committed in its scenario.json.
enum class Verified : std::uint8_t { no, bound_2, exhausted };

struct FrontEnd;

/// What to run.
struct Scenario {
  std::string name;                      ///< "withdraw/broken"
  std::function<void()> body;            ///< runs as T0
  std::function<void()> invariant = {};  ///< runs as part of T0 after all threads have ended; may be empty
  std::vector<ExpectedFinding> expected = {};
  TimeModel time = TimeModel::adversarial;
  /// Threads share one processor by priority; needs ideal time. Without it priorities mean nothing.
  std::optional<Scheduling> scheduling = {};
  /// A thread is starved that was unable to go on, or whose tries failed, through so many grants of what it wants to
  /// threads that asked later.
  std::uint32_t starved_after_grants = 100;
  WaitingWriter waiting_writer = WaitingWriter::lets_readers_pass;
  Verified verified = Verified::no;
  Step steps_max = 100'000;  ///< scheduling points before an execution counts as endless
  /// Called on the thread that an exception not derived from std::exception has left, while it is handled: true when
  /// it has been dealt with. It may record events, and must not do operations. May be empty.
  std::function<bool()> foreign_exception = {};
  const FrontEnd* front_end = nullptr;  ///< of unmodified programs (harness/execution/front_end.h); null: the typed one
  std::string summary = {};             ///< one line for `snag list`
  std::string file = {};                ///< source file, for JUnit and editors
};

}  // namespace snag
