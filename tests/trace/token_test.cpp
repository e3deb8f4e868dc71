// Tokens: what is written is read back, damage is told where it is, and a shell takes them as they are.
#include "harness/trace/token.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rc {

template <>
struct Arbitrary<snag::Choice> {
  static Gen<snag::Choice> arbitrary() {
    using snag::Choice;
    return gen::build<Choice>(
        gen::set(&Choice::kind, gen::element(Choice::Kind::thread, Choice::Kind::thread, Choice::Kind::value)),
        gen::set(&Choice::check), gen::set(&Choice::step), gen::set(&Choice::options, gen::inRange(2U, 9U)),
        // Mostly few threads, so that runs are common; now and then any number.
        gen::set(&Choice::chosen,
                 gen::oneOf(gen::inRange(0U, 3U), gen::inRange(0U, 3U), gen::arbitrary<std::uint32_t>())));
  }
};

template <>
struct Arbitrary<snag::Token> {
  static Gen<snag::Token> arbitrary() {
    using snag::Token;
    const auto character = gen::elementOf(std::string("abcxyz0189_-./"));
    return gen::build<Token>(
        gen::set(&Token::scenario, gen::nonEmpty(gen::container<std::string>(character))),
        gen::set(&Token::spurious_max), gen::set(&Token::steps_max),
        gen::set(&Token::stack_size, gen::map(gen::inRange<std::size_t>(1, 1U << 20U),
                                              [](std::size_t kibibytes) { return kibibytes * 1024; })),
        gen::set(&Token::schedule), gen::set(&Token::trace_digest));
  }
};

}  // namespace rc

namespace snag {
namespace {

constexpr std::string_view example = "1:withdraw/broken:p1:1abc2d0eV1x:3f9a2b1c";

// What is left of a schedule in a token.
Schedule folded(Schedule schedule) {
  for (Choice& choice : schedule) {
    choice.check %= token_letters;
    choice.options = choice.step = 0;
  }
  return schedule;
}

std::string fault_of(std::string_view text) {
  try {
    parse_token(text);
  } catch (const std::invalid_argument& error) { return error.what(); }
  return "no fault";
}

RC_GTEST_PROP(Token, is_read_as_it_was_written, (const Token& token)) {
  const Token read = parse_token(format_token(token));
  RC_CLASSIFY(token.schedule.size() > 10, "more than ten choices");
  RC_ASSERT(read.scenario == token.scenario);
  RC_ASSERT(read.spurious_max == token.spurious_max);
  RC_ASSERT(read.steps_max == token.steps_max);
  RC_ASSERT(read.stack_size == token.stack_size);
  RC_ASSERT(read.schedule == folded(token.schedule));
  RC_ASSERT(read.trace_digest == token.trace_digest);
}

RC_GTEST_PROP(Token, needs_no_quotes_in_a_shell, (const Token& token)) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:";
  RC_ASSERT(format_token(token).find_first_not_of(plain) == std::string::npos);
}

// Either an error that names a place in the text (or the version), or a token that can be written again.
void expect_sane(const std::string& text) {
  try {
    const Token token = parse_token(text);
    RC_ASSERT(parse_token(format_token(token)).schedule == token.schedule);
  } catch (const std::invalid_argument& error) {
    const std::string what = error.what();
    const std::string_view marker = "at character ";
    const std::size_t found = what.find(marker);
    if (found == std::string::npos) {
      RC_ASSERT(what.find("another version") != std::string::npos);
      return;
    }
    const unsigned long at = std::stoul(what.substr(found + marker.size()));
    RC_ASSERT(at >= 1U);
    RC_ASSERT(at <= text.size() + 1);
  }
}

RC_GTEST_PROP(DamagedToken, is_refused_at_a_character_or_read_as_another, (const Token& token, char other)) {
  const std::string whole = format_token(token);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string dropped = whole;
    dropped.erase(i, 1);
    expect_sane(dropped);
    std::string changed = whole;
    changed[i] = other;
    expect_sane(changed);
    std::string doubled = whole;
    doubled.insert(i, 1, other);
    expect_sane(doubled);
    expect_sane(whole.substr(0, i));
  }
}

RC_GTEST_PROP(DamagedToken, of_any_bytes_does_no_harm, (const std::string& bytes)) {
  expect_sane(bytes);
  expect_sane("1:" + bytes);
  expect_sane("1:scenario::" + bytes);
}

TEST(Token, of_the_documentation_is_read) {
  const Token token = parse_token(example);
  EXPECT_EQ(token.scenario, "withdraw/broken");
  EXPECT_EQ(token.spurious_max, 1U);
  EXPECT_EQ(token.steps_max, 100'000U);
  EXPECT_EQ(token.trace_digest, 0x3f9a2b1cU);
  const auto thread = [](std::uint32_t chosen, std::uint32_t check) {
    return Choice{.check = check, .chosen = chosen};
  };
  EXPECT_EQ(token.schedule, (Schedule{thread(1, 0),
                                      thread(1, 1),
                                      thread(1, 2),
                                      thread(2, 3),
                                      thread(0, 4),
                                      {.kind = Choice::Kind::value, .check = 23, .chosen = 1}}));
  EXPECT_EQ(format_token(token), example);
}

TEST(Token, has_a_letter_for_each_of_51_checks) {
  Schedule schedule;
  for (std::uint32_t check = 0; check < token_letters; ++check) schedule.push_back({.check = check});
  const std::string text = format_choices(schedule);
  ASSERT_EQ(text.size(), 1 + token_letters);
  const std::set<char> letters(text.begin() + 1, text.end());
  EXPECT_EQ(letters.size(), 51U) << "all differ";
  EXPECT_FALSE(letters.contains('V')) << "V begins a value";
  EXPECT_EQ(format_choices({{.check = 51}}), format_choices({{.check = 0}})) << "larger checks are folded";
}

TEST(Token, folds_runs_of_a_thread_but_not_values) {
  const Choice thread{.check = 0, .chosen = 3};
  const Choice value{.kind = Choice::Kind::value, .check = 1, .chosen = 3};
  EXPECT_EQ(format_choices({thread, thread, thread}), "3aaa");
  EXPECT_EQ(format_choices({value, value}), "V3bV3b");
  EXPECT_EQ(format_choices({thread, value, thread}), "3aV3b3a");
  EXPECT_EQ(format_choices({}), "");
}

TEST(Token, says_options_only_when_they_differ_from_the_default) {
  Token token{.scenario = "a/b", .schedule = {}};
  EXPECT_EQ(format_token(token), "1:a/b:::0");
  token.stack_size = 64UL * 1024;
  EXPECT_EQ(format_token(token), "1:a/b:k64::0");
  token.steps_max = 500;
  EXPECT_EQ(format_token(token), "1:a/b:s500k64::0");
  token.spurious_max = 2;
  EXPECT_EQ(format_token(token), "1:a/b:p2s500k64::0");
}

TEST(Token, names_the_plain_accesses_that_are_scheduling_points) {
  Token token;
  token.scenario = "a";
  token.spinning = SpinRule::at_once;
  token.plain_points = {.places = {0x1abc, 0x2def0}};
  const std::string some = format_token(token);
  EXPECT_EQ(some, "1:a:gr1abc.2def0::0");
  EXPECT_EQ(parse_token(some).plain_points, token.plain_points);
  token.plain_points = {.all = true};
  const std::string all = format_token(token);
  EXPECT_EQ(all, "1:a:gv::0");
  EXPECT_EQ(parse_token(all).plain_points, token.plain_points);
}

TEST(DamagedToken, is_told_with_the_place_and_the_mend) {
  EXPECT_EQ(fault_of("1:a/b::1a2"),
            "this token is damaged at character 11: expected a letter, found its end; "
            "paste the whole token as the report printed it");
  EXPECT_NE(fault_of("1:a/b::1a?b:0").find("at character 10: expected a number, found '?'"), std::string::npos)
      << fault_of("1:a/b::1a?b:0");
  EXPECT_NE(fault_of("1:a/b::V1ab:0").find("at character 11: expected a number, found 'b'"), std::string::npos)
      << fault_of("1:a/b::V1ab:0");
  EXPECT_NE(fault_of("1:a/b:x:1a:0").find("at character 7: expected ':', found 'x'"), std::string::npos)
      << fault_of("1:a/b:x:1a:0");
  EXPECT_NE(fault_of("1:a/b::1a:0 ").find("at character 12: expected nothing more"), std::string::npos)
      << fault_of("1:a/b::1a:0 ");
  EXPECT_NE(fault_of("1:a/b::99999999999a:0").find("at character 8: expected a number"), std::string::npos)
      << "too large for a number";
  EXPECT_NE(fault_of("2:a/b::1a:0").find("another version"), std::string::npos) << fault_of("2:a/b::1a:0");
  EXPECT_NE(fault_of("").find("at character 1: expected a number, found its end"), std::string::npos);
}

TEST(DamagedToken, that_was_cut_short_is_always_refused) {
  // Up to its last colon; a digest that lost digits is caught when the traces are compared.
  for (std::size_t length = 0; length <= example.rfind(':') + 1; ++length)
    EXPECT_NE(fault_of(example.substr(0, length)), "no fault") << example.substr(0, length);
}

}  // namespace
}  // namespace snag
