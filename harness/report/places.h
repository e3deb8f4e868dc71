// Names of source files for reports: the last component, and as much before it as tells two files apart.
#pragma once

#include "harness/trace/narrative.h"

#include <map>
#include <string>

namespace snag {

/// Shortens the files of one narrative.
class FileNames {
 public:
  explicit FileNames(const Narrative& narrative);
  /// "file.cpp:12" for the event's innermost frame; empty when unknown.
  std::string place(Step step) const;
  /// The file's short name. Files that the narrative does not mention keep their last component.
  std::string short_name(const std::string& file) const;

 private:
  const Narrative& narrative_;
  std::map<std::string, std::string> names_;  // by full name
};

}  // namespace snag
