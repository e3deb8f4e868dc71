// Runs commands on one object from several threads at once, and asks whether a sequential model could have returned the
// same in some order. What is generated and shrunk is a program (what comes first, what runs in parallel, what comes
// after) together with a schedule; the question is answered by harness/testing/linearizable.h.
#pragma once

#include "harness/execution/execution.h"
#include "harness/primitives/thread.h"
#include "harness/testing/linearizable.h"
#include "harness/testing/rapidcheck_run.h"

#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace snag::rapidcheck {

/// A program of commands and a schedule for it. A Command is a value that can be written with <<, and has
/// `Result run(System&) const` for the object under test and `Result apply(Model&) const` for the model. It must make
/// sense in every state: an operation that cannot go on says so in its result.
template <class Command>
struct Parallel {
  std::vector<Command> before = {};                 ///< by T0, before the others begin
  std::vector<std::vector<Command>> branches = {};  ///< by T1, T2, ..., at the same time
  std::vector<Command> after = {};                  ///< by T0, when all have ended
  Schedule schedule = {};
};

/// How large programs become.
struct Shape {
  std::size_t branches = 2;
  std::size_t before_max = 3;
  std::size_t branch_max = 4;
  std::size_t after_max = 2;
};

/// How check_linearizable looks for an interleaving that fails.
struct ParallelOptions {
  /// Besides the generated schedule: executions of an exhaustive search, fewest preemptions first. So shrinking the
  /// program does not depend on the one schedule, which fits a smaller program differently. 0: the schedule alone.
  std::uint64_t executions = 100;
  std::uint32_t bound = 2;  ///< preemptions at most in that search
  Options options = {};     ///< the rest; strategy, executions, bound and choices are set here
};

template <class Command>
std::ostream& operator<<(std::ostream& stream, const Parallel<Command>& program) {
  const auto line = [&](const std::string& who, const std::vector<Command>& commands) {
    if (commands.empty()) return;
    stream << "\n  " << who << ':';
    for (std::size_t i = 0; i < commands.size(); ++i) stream << (i == 0 ? " " : ", ") << commands[i];
  };
  line("before", program.before);
  std::size_t thread = 0;
  for (const std::vector<Command>& branch : program.branches)
    if (!branch.empty()) line("T" + std::to_string(++thread), branch);
  line("after", program.after);
  return stream << "\n  schedule: " << program.schedule << '\n';
}

/// Programs of the commands given.
template <class Command>
::rc::Gen<Parallel<Command>> parallel(::rc::Gen<Command> command, Shape shape = {}) {
  namespace gen = ::rc::gen;
  using Commands = std::vector<Command>;
  // As long as the size says, up to a limit; the commands themselves are of the whole size.
  const auto line = [command](std::size_t length_max) {
    return gen::withSize([command, length_max](int size) {
      const int length = std::min(size, static_cast<int>(length_max));
      return gen::resize(length, gen::container<Commands>(gen::resize(size, command)));
    });
  };
  return gen::apply(
      [](Commands before, std::vector<Commands> branches, Commands after, Schedule schedule) {
        return Parallel<Command>{std::move(before), std::move(branches), std::move(after), std::move(schedule)};
      },
      line(shape.before_max), gen::container<std::vector<Commands>>(shape.branches, line(shape.branch_max)),
      line(shape.after_max), schedules());
}

/// The calls of one execution while it runs, and what they came to in words.
template <class Command, class System>
class Recording {
 public:
  using Returned = decltype(std::declval<const Command&>().run(std::declval<System&>()));
  using Result = std::conditional_t<std::is_void_v<Returned>, testing::Done, std::decay_t<Returned>>;
  using Call = testing::Call<Command, Result>;
  using History = testing::History<Command, Result>;

  /// `threads` threads beside T0.
  explicit Recording(std::size_t threads) : history_(threads + 1) {}

  void run(std::size_t line, const std::vector<Command>& commands, System& system) {
    for (const Command& command : commands) {
      const Step begin = now();
      Result result = testing::result_of([&] { return command.run(system); });
      history_[line].push_back({command, std::move(result), begin, now()});
    }
  }

  /// To be called when all have ended: finds the first event of each call.
  const History& finish() {
    const std::vector<Event>& events = Execution::current()->trace().events;
    for (std::size_t line = 0; line < history_.size(); ++line)
      for (Call& call : history_[line])
        while (call.first < call.end && !(events[call.first].thread == line && events[call.first].phase == Phase::done))
          ++call.first;
    return history_;
  }

  std::string in_words(std::size_t calls_before) const {
    std::ostringstream text;
    text << "no order of these calls explains what they returned:";
    const std::vector<Call>& own = history_.front();
    const auto line = [&](const std::string& who, auto begin, auto end) {
      if (begin == end) return;
      text << "\n  " << who << ": ";
      for (auto call = begin; call != end; ++call) {
        text << (call == begin ? "" : ", ") << call->command << " -> ";
        show(text, call->result);
      }
    };
    const auto after = own.begin() + static_cast<std::ptrdiff_t>(calls_before);
    line("before", own.begin(), after);
    for (std::size_t thread = 1; thread < history_.size(); ++thread)
      line("T" + std::to_string(thread), history_[thread].begin(), history_[thread].end());
    line("after", after, own.end());
    return text.str();
  }

 private:
  static Step now() { return static_cast<Step>(Execution::current()->trace().events.size()); }

  static void show(std::ostream& stream, testing::Done) { stream << "done"; }
  static void show(std::ostream& stream, bool result) { stream << (result ? "true" : "false"); }
  template <class Value>
  static void show(std::ostream& stream, const std::optional<Value>& result) {
    if (result)
      show(stream, *result);
    else
      stream << "nothing";
  }
  template <class Value>
  static void show(std::ostream& stream, const Value& result) {
    ::rc::show(result, stream);
  }

  History history_;  // by thread
};

/// Fails the case unless in every interleaving that is tried some order of the commands, run one after the other on a
/// copy of the model, returns the same results. make() is called in each execution and returns the object under test.
template <class Command, class Model, class Make>
void check_linearizable(const std::string& name, const Parallel<Command>& program, const Model& model, Make make,
                        const ParallelOptions& parallel_options = {}) {
  using System = std::remove_cvref_t<decltype(make())>;
  std::vector<std::vector<Command>> branches = program.branches;
  std::erase_if(branches, [](const std::vector<Command>& branch) { return branch.empty(); });
  const auto body = [&] {
    System system = make();
    Recording<Command, System> recording(branches.size());
    recording.run(0, program.before, system);
    std::vector<thread> threads;
    for (std::size_t i = 0; i < branches.size(); ++i)
      threads.emplace_back([&, i] { recording.run(i + 1, branches[i], system); });
    for (thread& branch : threads) branch.join();
    recording.run(0, program.after, system);
    using Result = typename Recording<Command, System>::Result;
    testing::Linearization<Command, Result, Model> order(recording.finish());
    if (!order.explains(model)) testing::note_failed_expectation(recording.in_words(program.before.size()));
  };
  run_under(name, program.schedule, body, parallel_options.options);
  if (parallel_options.executions == 0) return;
  Options options = parallel_options.options;
  options.strategy = "exhaustive";
  options.executions = parallel_options.executions;
  options.bound = parallel_options.bound;
  explore_in_property(name, body, options);
}

}  // namespace snag::rapidcheck

template <class Command>
struct rc::Arbitrary<snag::rapidcheck::Parallel<Command>> {
  static Gen<snag::rapidcheck::Parallel<Command>> arbitrary() {
    return snag::rapidcheck::parallel(gen::arbitrary<Command>());
  }
};
