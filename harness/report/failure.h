// The report of one failure, for people: why in one sentence, the interleaving, who waits for whom, a hint, and
// the line to paste to see it again.
#pragma once

#include "harness/report/text.h"
#include "harness/trace/narrative.h"

#include <string>

namespace snag {

/// What is reported.
struct Failure {
  const Finding& finding;
  const Narrative& narrative;
  std::string scenario;
  std::string replay_command;  ///< the line to paste; empty: there is none
  std::string remark = {};     ///< a few words after the headline ("execution 17 of 2,000"); may be empty
};

/// The report, at most width_max columns wide, ended by a newline.
std::string format_failure(const Failure& failure, Style style);

}  // namespace snag
