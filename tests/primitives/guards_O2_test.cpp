// The places of guards, compiled at -O2 (see tests/CMakeLists.txt).
#define GUARDS_TEST GuardsAtO2
#include "tests/primitives/guards.inc"
