// What Python's module threading has, in snag::threading. <snag/snag.h> includes this.
#pragma once

#include "harness/primitives/threading.h"
