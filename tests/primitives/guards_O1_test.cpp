// The places of guards, compiled at -O1 (see tests/CMakeLists.txt).
#define GUARDS_TEST GuardsAtO1
#include "tests/primitives/guards.inc"
