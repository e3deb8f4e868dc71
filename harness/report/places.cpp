#include "harness/report/places.h"

#include <fmt/format.h>

#include <set>

namespace snag {

namespace {

// The last `components` components of a path.
std::string tail_of(const std::string& path, std::size_t components) {
  std::size_t at = path.size();
  while (components-- > 0 && at != std::string::npos && at > 0) at = path.rfind('/', at - 1);
  return at == std::string::npos || at == 0 ? path : path.substr(at + 1);
}

bool is_tail_of_another(const std::string& tail, const std::string& file, const std::set<std::string>& files) {
  for (const std::string& other : files)
    if (other != file && (other == tail || other.ends_with("/" + tail))) return true;
  return false;
}

}  // namespace

FileNames::FileNames(const Narrative& narrative) : narrative_(narrative) {
  std::set<std::string> files;
  for (const auto& frames : narrative.places)
    for (const SourcePlace& place : frames) files.insert(place.file);
  for (const std::string& file : files) {
    std::string name = tail_of(file, 1);
    for (std::size_t components = 2; name != file && is_tail_of_another(name, file, files); ++components)
      name = tail_of(file, components);
    names_[file] = name;
  }
}

std::string FileNames::place(Step step) const {
  if (step >= narrative_.places.size() || narrative_.places[step].empty()) return {};
  const SourcePlace& place = narrative_.places[step].front();
  return place.file.empty() ? std::string() : fmt::format("{}:{}", short_name(place.file), place.line);
}

std::string FileNames::short_name(const std::string& file) const {
  const auto known = names_.find(file);
  return known == names_.end() ? tail_of(file, 1) : known->second;
}

}  // namespace snag
