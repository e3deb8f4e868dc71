// Who waits for whom, drawn: one line a thread, and a bar at the left where the arrows go round in a circle.
#pragma once

#include "harness/report/places.h"
#include "harness/report/text.h"

#include <string>

namespace snag {

/// The drawing of Finding::relations; empty when there are none.
std::string format_relations(const Finding& finding, const Narrative& narrative, const FileNames& files);

}  // namespace snag
