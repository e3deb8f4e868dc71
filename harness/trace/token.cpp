#include "harness/trace/token.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <stdexcept>

namespace snag {

namespace {

// No V: it begins a value choice.
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUWXYZ";
static_assert(letters.size() == token_letters);
constexpr Step steps_max_default = 100'000;
constexpr std::size_t stack_size_default = 256UL * 1024;

// Walks over the text and names the place of a fault.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[noreturn]] void fail(std::string_view expected) const {
    const std::string found = at_ < text_.size() ? fmt::format("'{}'", text_[at_]) : std::string("its end");
    throw std::invalid_argument(fmt::format(
        "this token is damaged at character {}: expected {}, found {}; paste the whole token as the report printed it",
        at_ + 1, expected, found));
  }
  bool ended() const { return at_ == text_.size(); }
  char peek() const { return ended() ? '\0' : text_[at_]; }
  bool skip(char character) {
    if (peek() != character) return false;
    ++at_;
    return true;
  }
  void expect(char character) {
    if (!skip(character)) fail(fmt::format("'{}'", character));
  }
  std::string_view until(char end) {
    const std::size_t begin = at_;
    while (!ended() && peek() != end) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  std::uint32_t number(int base = 10) {
    std::uint32_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value, base);
    if (error != std::errc{}) fail("a number");
    at_ += static_cast<std::size_t>(end - begin);
    return value;
  }
  // A letter's value, or token_letters when there is none.
  std::uint32_t letter() {
    const std::size_t value = ended() ? std::string_view::npos : letters.find(peek());
    if (value == std::string_view::npos) return token_letters;
    ++at_;
    return static_cast<std::uint32_t>(value);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Schedule parse_choices(Reader& reader) {
  Schedule schedule;
  while (reader.peek() != ':' && !reader.ended()) {
    const bool value = reader.skip('V');
    const std::uint32_t chosen = reader.number();
    std::uint32_t letter = reader.letter();
    if (letter == token_letters) reader.fail("a letter");
    for (; letter < token_letters; letter = value ? token_letters : reader.letter())
      schedule.push_back({value ? Choice::Kind::value : Choice::Kind::thread, letter, chosen, 0, 0});
  }
  return schedule;
}

}  // namespace

std::string format_choices(const Schedule& schedule) {
  std::string text;
  const Choice* before = nullptr;
  for (const Choice& choice : schedule) {
    const bool same_run = before != nullptr && before->kind == Choice::Kind::thread &&
                          choice.kind == Choice::Kind::thread && before->chosen == choice.chosen;
    if (!same_run) text += fmt::format("{}{}", choice.kind == Choice::Kind::value ? "V" : "", choice.chosen);
    text += letters[choice.check % token_letters];
    before = &choice;
  }
  return text;
}

std::string format_token(const Token& token) {
  std::string options;
  if (token.spurious_max != 0) options += fmt::format("p{}", token.spurious_max);
  if (token.steps_max != steps_max_default) options += fmt::format("s{}", token.steps_max);
  if (token.stack_size != stack_size_default) options += fmt::format("k{}", token.stack_size / 1024);
  if (token.spinning == SpinRule::after_a_change) options += 'w';
  if (token.spinning == SpinRule::at_once) options += 'g';
  if (token.spinning == SpinRule::after_a_pause) options += 'b';
  if (token.plain_points.all) options += 'v';
  if (token.plain_points.unseen) options += 'n';
  if (!token.plain_points.places.empty()) options += fmt::format("r{:x}", fmt::join(token.plain_points.places, "."));
  return fmt::format("1:{}:{}:{}:{:x}", token.scenario, options, format_choices(token.schedule), token.trace_digest);
}

Token parse_token(std::string_view text) {
  Reader reader(text);
  Token token;
  if (reader.number() != 1) {
    throw std::invalid_argument("this token was made by another version of snag: run the campaign again with this one");
  }
  reader.expect(':');
  token.scenario = reader.until(':');
  reader.expect(':');
  if (reader.skip('p')) token.spurious_max = reader.number();
  if (reader.skip('s')) token.steps_max = reader.number();
  if (reader.skip('k')) token.stack_size = std::size_t{reader.number()} * 1024;
  if (reader.skip('w')) token.spinning = SpinRule::after_a_change;
  if (reader.skip('g')) token.spinning = SpinRule::at_once;
  if (reader.skip('b')) token.spinning = SpinRule::after_a_pause;
  token.plain_points.all = reader.skip('v');
  token.plain_points.unseen = reader.skip('n');
  if (reader.skip('r')) {
    do token.plain_points.places.push_back(reader.number(16));
    while (reader.skip('.'));
  }
  reader.expect(':');
  token.schedule = parse_choices(reader);
  reader.expect(':');
  token.trace_digest = reader.number(16);
  if (!reader.ended()) reader.fail("nothing more");
  return token;
}

}  // namespace snag
