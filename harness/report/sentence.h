// Puts names, source lines and values in the place of a sentence's references.
#pragma once

#include "harness/report/places.h"

#include <string>

namespace snag {

/// The sentence in words. An event without a known source line is named by its step ("step 12").
std::string render(const Sentence& sentence, const Narrative& narrative, const FileNames& files);

/// The same for one that stands alone: the first letter is a capital (names keep theirs), and it ends with a full stop.
std::string render_alone(const Sentence& sentence, const Narrative& narrative, const FileNames& files);

}  // namespace snag
