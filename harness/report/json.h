// A run as JSON, for programs: everything that the text says and all numbers. docs/json.md describes the fields.
#pragma once

#include "harness/report/suite.h"

#include <string>

namespace snag {

/// The document, indented, ended by a newline.
std::string format_json(const SuiteResult& suite);

}  // namespace snag
