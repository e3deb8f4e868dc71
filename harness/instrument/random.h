// Random numbers of the program. No seed is in a token: what the program draws follows from its own calls alone, so that
// a replay draws the same.
#pragma once

namespace snag::instrument {

/// An execution begins: rand() and drand48() begin as the program has seeded them before main, else as with srand(1).
void begin_random();
/// A controlled thread begins a stream of its own.
void begin_random_of_thread();
/// Fills bytes from the running controlled thread's stream. By the program.
void draw(void* bytes, unsigned long size);

}  // namespace snag::instrument
