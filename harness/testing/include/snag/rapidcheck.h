// snag inside RapidCheck. A Schedule is a value that properties take, and that shrinks; run_under() runs a body under
// one; check_linearizable() holds an object against a sequential model. docs/rapidcheck.md tells the rest.
#pragma once

#include "harness/testing/rapidcheck_parallel.h"
#include "harness/testing/rapidcheck_run.h"
#include "harness/testing/rapidcheck_schedule.h"

#include <rapidcheck.h>
#include <snag/snag.h>
