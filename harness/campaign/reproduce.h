// Replays one schedule, and tells where it no longer fits.
#pragma once

#include "harness/execution/execution.h"
#include "harness/strategies/replay.h"
#include "harness/trace/narrative.h"
#include "harness/trace/token.h"

#include <optional>
#include <string>

namespace snag {

/// Whether source lines are looked up: slow, for reports.
enum class Detail { trace_only, with_source };

/// What a replay showed.
struct Reproduction {
  Narrative narrative;
  std::optional<Divergence> divergence;  ///< set: the token does not fit this program any more
  bool ended = true;                     ///< false: stopped at a choice that did not fit
  bool same_trace = true;                ///< the trace has the digest that the token names
};

/// Replays a token's choices on a scenario. narrative.findings are final: candidates are confirmed or dropped,
/// only causes are kept. A failing execution ends at its finding, so what diverges before never reaches it.
/// `after` answers what comes after the token's choices; without it, being asked more is a divergence.
Reproduction reproduce(const Scenario& scenario, const Token& token, Detail detail, Strategy* after = nullptr);

/// Digest of a trace, the same in every process: threads, kinds, identities, values (addresses left out). Never 0.
std::uint32_t trace_digest(const Trace& trace);

}  // namespace snag
