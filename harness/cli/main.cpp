// main() of the command `snag` and of every program that links snag::main: the program brings the catalogue.

#include "harness/cli/run_command.h"

int main(int argc, char** argv) { return snag::run_command(argc, argv, snag::catalogue()); }
