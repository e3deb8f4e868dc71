// Compares a whole text with the approved one in tests/report/approved/. SNAG_APPROVE=1 in the environment rewrites
// the approved file; look at the change before you commit it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace snag::testing {

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Both texts line by line: "-" approved only, "+" received only, within their common start and end.
inline std::string difference(const std::string& approved, const std::string& received) {
  const std::vector<std::string> old_lines = lines_of(approved);
  const std::vector<std::string> new_lines = lines_of(received);
  std::size_t begin = 0;
  while (begin < old_lines.size() && begin < new_lines.size() && old_lines[begin] == new_lines[begin]) ++begin;
  std::size_t end = 0;
  while (end < old_lines.size() - begin && end < new_lines.size() - begin &&
         old_lines[old_lines.size() - 1 - end] == new_lines[new_lines.size() - 1 - end])
    ++end;
  std::string text;
  for (std::size_t i = begin; i < old_lines.size() - end; ++i) text += "- " + old_lines[i] + "\n";
  for (std::size_t i = begin; i < new_lines.size() - end; ++i) text += "+ " + new_lines[i] + "\n";
  return text;
}

/// Whether the text is the approved one of that name.
inline ::testing::AssertionResult approved(const std::string& name, const std::string& received) {
  const std::string file = std::string(SNAG_SOURCE_DIR) + "/tests/report/approved/" + name;
  if (const char* const approve = std::getenv("SNAG_APPROVE"); approve != nullptr && std::string(approve) == "1") {
    std::ofstream stream(file, std::ios::binary);
    stream << received;
    stream.close();
    return stream ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << "cannot write " << file;
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return ::testing::AssertionFailure() << "there is no " << file << ": SNAG_APPROVE=1 writes it";
  const std::string expected(std::istreambuf_iterator<char>(stream), {});
  if (expected == received) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "the text is not the approved one (- approved, + received):\n"
                                       << difference(expected, received)
                                       << "If the new text is right, run the test with "
                                       << "SNAG_APPROVE=1 in the environment and commit " << file;
}

}  // namespace snag::testing
