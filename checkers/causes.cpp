// The table of what explains what, and its reading.
#include "checkers/causes.h"

#include <algorithm>
#include <string_view>

namespace snag {

namespace {

// What must be so of the objects that cause and symptom name.
enum class Objects {
  never,   // not explained, whatever they name
  any,     // explained, whatever they name
  share,   // at least one in common
  within,  // the symptom names some, and all of them are the cause's
};

struct Rule {
  std::string_view cause;
  std::string_view symptom;
  Objects same_execution;
  Objects other_execution;
};

constexpr std::string_view anything = "*";

constexpr Rule rules[] = {
    // A ring of waits hangs, and its locks are taken in opposite orders.
    {"wait-cycle", "deadlock", Objects::any, Objects::share},
    {"wait-cycle", "lock-order-cycle", Objects::within, Objects::within},
    // A missed notify hangs its waiter, and whoever joins that.
    {"lost-wakeup", "deadlock", Objects::any, Objects::share},
    // A lost update of a plain variable is two unordered accesses to it.
    {"lost-update", "data-race", Objects::within, Objects::within},
    // A lock that nobody gives back is waited for in vain, and destroyed while held.
    {"lock-leaked", "deadlock", Objects::share, Objects::share},
    {"lock-leaked", "wait-cycle", Objects::share, Objects::share},
    {"lock-leaked", "destroyed-in-use", Objects::share, Objects::share},
    // A lock that is handed to another thread to release looks leaked until that one does.
    {"release-not-owner", "lock-leaked", Objects::share, Objects::share},
    {"release-not-owner", "deadlock", Objects::share, Objects::share},
    {"release-not-owner", "wait-cycle", Objects::share, Objects::share},
    {"release-not-owner", "destroyed-in-use", Objects::share, Objects::share},
    {"release-unlocked", "deadlock", Objects::share, Objects::share},
    {"release-unlocked", "wait-cycle", Objects::share, Objects::share},
    {"wait-unlocked", "deadlock", Objects::share, Objects::share},
    {"destroyed-in-use", "deadlock", Objects::share, Objects::share},
    {"notify-unlocked", "deadlock", Objects::share, Objects::share},
    {"task-done-excess", "deadlock", Objects::share, Objects::share},
    {"broken-barrier", "deadlock", Objects::share, Objects::share},
    {"broken-barrier", "uncaught-exception", Objects::any, Objects::never},
    // While others run in between, the holder of the lock stands ready and does not run either.
    {"priority-inversion", "starvation", Objects::any, Objects::never},
    // Whatever went wrong may have failed the check, or kept the threads busy for ever.
    {anything, "failed-check", Objects::any, Objects::never},
    {anything, "failed-expectation", Objects::any, Objects::never},
    {anything, "livelock", Objects::any, Objects::never},
};

bool is_last_resort(const Finding& finding) {
  return finding.checker == "failed-check" || finding.checker == "failed-expectation" || finding.checker == "livelock";
}

bool applies(const Rule& rule, const Finding& cause, const Finding& symptom) {
  if (rule.symptom != symptom.checker) return false;
  return rule.cause == anything ? !is_last_resort(cause) : rule.cause == cause.checker;
}

bool matches(Objects wanted, const Finding& cause, const Trace& cause_trace, const Finding& symptom,
             const Trace& symptom_trace) {
  const bool same_execution = &cause_trace == &symptom_trace;
  const auto named_by_cause = [&](ObjectIndex theirs) {
    return std::any_of(cause.objects.begin(), cause.objects.end(), [&](ObjectIndex ours) {
      if (same_execution) return ours == theirs;
      return lasting_name(cause_trace, ours) == lasting_name(symptom_trace, theirs);
    });
  };
  const auto& objects = symptom.objects;
  switch (wanted) {
    case Objects::never: return false;
    case Objects::any: return true;
    case Objects::share: return std::any_of(objects.begin(), objects.end(), named_by_cause);
    case Objects::within: return !objects.empty() && std::all_of(objects.begin(), objects.end(), named_by_cause);
  }
  return false;
}

void add_consequence(Finding& cause, const Finding& symptom, const Trace& trace) {
  const bool expectation = symptom.checker == "failed-expectation";
  if ((symptom.checker != "failed-check" && !expectation) || symptom.step >= trace.events.size()) return;
  const std::uint64_t text = trace.events[symptom.step].operation.argument;
  if (text >= trace.texts.size()) return;
  if (expectation)
    cause.sentence << "; as a consequence an expectation failed:\n" << trace.texts[text];
  else
    cause.sentence << "; as a consequence the check \"" << trace.texts[text] << "\" failed";
}

}  // namespace

bool explains(const Finding& cause, const Trace& cause_trace, const Finding& symptom, const Trace& symptom_trace) {
  if (&cause == &symptom || cause.certainty != Certainty::happened) return false;
  const bool same_execution = &cause_trace == &symptom_trace;
  return std::any_of(std::begin(rules), std::end(rules), [&](const Rule& rule) {
    return applies(rule, cause, symptom) && matches(same_execution ? rule.same_execution : rule.other_execution, cause,
                                                    cause_trace, symptom, symptom_trace);
  });
}

void keep_causes(Findings& findings, const Trace& trace) {
  const auto explained = [&](const Finding& symptom) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& cause) { return explains(cause, trace, symptom, trace); });
  };
  // A cause may itself be explained, so all are judged before any goes.
  std::vector<bool> dropped;
  for (const Finding& finding : findings) dropped.push_back(explained(finding));
  for (std::size_t symptom = 0; symptom < findings.size(); ++symptom) {
    if (!dropped[symptom]) continue;
    for (std::size_t cause = 0; cause < findings.size(); ++cause) {
      if (dropped[cause] || findings[cause].certainty != Certainty::happened) continue;
      add_consequence(findings[cause], findings[symptom], trace);
      break;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (dropped[i]) continue;
    if (kept != i) findings[kept] = std::move(findings[i]);
    ++kept;
  }
  findings.erase(findings.begin() + static_cast<std::ptrdiff_t>(kept), findings.end());
}

}  // namespace snag
