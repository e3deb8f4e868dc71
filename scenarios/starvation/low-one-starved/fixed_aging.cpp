// The same program. What differs is the scheduler: scenario.json asks for one in which waiting makes a thread more urgent.
#include "broken.cpp"
