// Two partners that send each other letters through two queues, one in each direction.
#pragma once

#include <snag/snag.h>

namespace solution {

/// A queue with room for one letter.
using Letters = snag::queue::Queue<int>;

/// How many letters each of the two sends.
constexpr int letters_sent = 2;

/// What a variant implements: sends the partner the letters 1, 2, ... and receives as many. Returns the sum of what came.
/// Both partners call it; `to_partner` of one is `from_partner` of the other.
int exchange(Letters& to_partner, Letters& from_partner);

}  // namespace solution
