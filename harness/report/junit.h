// JUnit XML as GitLab and Jenkins read it: a test case a variant, `failure` for surprises and findings, `error` for the
// harness's own faults, `skipped` for what stayed inconclusive. Equal runs give equal files but for `time`.
#pragma once

#include "harness/report/suite.h"

#include <string>

namespace snag {

/// The whole XML document. classname is group.scenario ("races.withdraw"; the scenario alone where the file tells no
/// group), name the variant.
std::string format_junit(const SuiteResult& suite);

/// What stands in the file until the run has ended, and stays there if it never does: an error.
std::string format_unfinished_junit();

}  // namespace snag
