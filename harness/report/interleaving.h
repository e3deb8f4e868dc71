// The interleaving as a picture: a column a thread, a row a step, switches drawn as arrows from column to column.
// Rows that say nothing are left out and long runs of one thread folded; the steps of the finding never are.
#pragma once

#include "harness/report/places.h"
#include "harness/report/text.h"

#include <string>
#include <vector>

namespace snag {

/// One row: a step, or several that were folded.
struct Row {
  Step step = 0;           ///< the first one, if folded
  std::size_t folded = 0;  ///< how many steps; 0: a step of its own
  ThreadIndex thread = 0;  ///< no_thread: folded steps of several threads
  bool matters = false;    ///< one of the finding's steps
  bool switched = false;   ///< another thread went on here than in the row before
};

/// Which steps are shown, in order.
std::vector<Row> choose_rows(const Finding& finding, const Narrative& narrative);

/// The picture, with a header line that names the threads.
std::string format_interleaving(const Finding& finding, const Narrative& narrative, const FileNames& files,
                                Style style);

}  // namespace snag
