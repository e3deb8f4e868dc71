#include "harness/trace/finding.h"

namespace snag {

Sentence::Sentence(const char* text) { *this << text; }

Sentence& Sentence::operator<<(const Part& part) {
  parts_.push_back(part);
  return *this;
}

Sentence& Sentence::operator<<(const char* text) {
  parts_.emplace_back(std::string(text));
  return *this;
}

}  // namespace snag
