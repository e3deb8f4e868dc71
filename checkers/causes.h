// Causes over symptoms: one bug, one finding. A lost update is also a data race, a wait cycle also a deadlock, and
// either may fail a check; whoever reads the report wants the cause. Which explains which stands in one table.
#pragma once

#include "harness/trace/checker.h"

namespace snag {

/// Drops from one execution's findings those that another one of them explains; a failed check lives on
/// as the consequence told in its cause's sentence. Only findings that happened explain anything.
void keep_causes(Findings& findings, const Trace& trace);

/// Whether a finding of one execution explains one of another (or of the same: give the same trace twice).
/// Across executions objects are the same when their display names are; symptoms that name no object, such as
/// failed checks, are explained only within their own execution.
bool explains(const Finding& cause, const Trace& cause_trace, const Finding& symptom, const Trace& symptom_trace);

}  // namespace snag
