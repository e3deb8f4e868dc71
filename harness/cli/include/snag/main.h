// What a program of one's own scenarios needs beside <snag/snag.h>: it defines snag::catalogue() and links
// snag::main, which holds main(); or it has its own main() and calls snag::run_command().
#pragma once

#include "harness/cli/run_command.h"
