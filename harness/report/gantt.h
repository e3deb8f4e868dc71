// Who got what another went without: a table of the rivals, and under scheduling by priority a Gantt chart of the
// processor, plain ASCII and a row a thread.
#pragma once

#include "harness/trace/narrative.h"

#include <string>

namespace snag {

/// Lines of both are no wider than this.
inline constexpr std::size_t chart_width_max = 100;

/// The table of Finding::rivals: thread, its priority, how often, how long. Empty when there are none.
std::string format_rivals(const Finding& finding, const Narrative& narrative);

/// The chart of Finding::timeline, with its legend. A column stands for a round length of virtual time, and shows what
/// the thread did for most of it. Empty when there is no timeline.
std::string format_gantt(const Finding& finding, const Narrative& narrative);

}  // namespace snag
