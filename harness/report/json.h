// A run as JSON, for programs: everything that the text says and all numbers. docs/json.md describes the fields.
#pragma once

#include "harness/report/suite.h"

#include <string>

namespace snag {

/// The document, indented, ended by a newline.
std::string format_json(const SuiteResult& suite);

/// What `corpus list` and `corpus replay` say, as JSON.
std::string format_corpus_json(const CorpusResult& corpus);

/// What stands in the file until the run has ended, and stays there if it never does.
std::string format_unfinished_json();

}  // namespace snag
