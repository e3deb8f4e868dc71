// Tokens: the short text that replays one execution. Safe to paste into a shell unquoted.
//
//   1:withdraw/broken:p1:1abc2d0eV1x:3f9a2b1c
//   |  scenario       |  choices     digest of the trace that it must give
//   version           options (p = spurious wake-ups allowed, s = step limit, k = KiB of stack, w = spinning threads
//                     wait for a change, g = they go on, b = those that write pause for varied times, v = every plain
//                     access is a scheduling point, n = none is, nor is it an event, r = those at these places:
//                     hexadecimal numbers with dots between)
//
// Choices are run-length coded: a thread's number and one letter for each choice it won in a row; the letter
// checks what it was chosen from, so that a token that no longer fits says at which choice. "V1x" is value 1.
#pragma once

#include "harness/trace/schedule.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace snag {

/// Letters a choice's check is folded into.
inline constexpr std::uint32_t token_letters = 51;
/// Longer tokens are not shown: a file is named instead.
inline constexpr std::size_t token_length_max = 200;

/// What a token says. After parsing, Choice::check is the folded one (0 to 50) and options and step are 0 (unknown).
struct Token {
  std::string scenario;
  std::uint32_t spurious_max = 0;
  Step steps_max = 100'000;
  std::size_t stack_size = 256UL * 1024;  ///< bytes for each thread, a multiple of 1024
  SpinRule spinning = SpinRule::after_a_step;
  PlainPoints plain_points = {};
  Schedule schedule;
  std::uint32_t trace_digest = 0;  ///< 0: unknown
};

/// The token's text.
std::string format_token(const Token& token);
/// Only the choices.
std::string format_choices(const Schedule& schedule);
/// Reads a token. Throws std::invalid_argument whose text says what is wrong at which character, and the mend.
Token parse_token(std::string_view text);

}  // namespace snag
