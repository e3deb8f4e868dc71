// What a program does that is not controlled, and need not end the execution: said once each.
#pragma once

#include "harness/instrument/runtime.h"

#include <atomic>

namespace snag::instrument {

enum class Uncontrolled : std::uint8_t { fork, command, thread_of_library };

/// Called when a kind is met for the first time; `place` is a return address in the program. Set by who has somebody to
/// tell; null: nobody hears of it.
using TellUncontrolled = void (*)(Uncontrolled what, const void* place);
inline constinit TellUncontrolled tell_uncontrolled = nullptr;

/// A sentence about it, without the place: "the program calls fork(): ...".
const char* words_for(Uncontrolled what);

/// Says it, unless it has been said. By the program or inside.
void meet_uncontrolled(Uncontrolled what, const void* place);

}  // namespace snag::instrument
