// The places of guards, compiled at -O0 (see tests/CMakeLists.txt).
#define GUARDS_TEST GuardsAtO0
#include "tests/primitives/guards.inc"
