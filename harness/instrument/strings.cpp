// strlen, strcpy and their like: in the program they read strings with their ends, and write them. How long a string is
// must be known before it is told what is read, and may be another thing when the thread goes on.
#include "harness/instrument/bytes.h"

#include <cstdlib>

namespace snag::instrument {

namespace {

std::size_t length(const char* text) {
  if (real_bytes.strlen != nullptr) [[likely]]
    return real_bytes.strlen(text);
  std::size_t count = 0;
  while (static_cast<const volatile char*>(text)[count] != 0) ++count;
  return count;
}

std::size_t length(const char* text, std::size_t size_max) {
  if (real_bytes.strnlen != nullptr) [[likely]]
    return real_bytes.strnlen(text, size_max);
  std::size_t count = 0;
  while (count < size_max && static_cast<const volatile char*>(text)[count] != 0) ++count;
  return count;
}

void copy(char* to, const char* from, std::size_t size) {
  if (real_bytes.memcpy != nullptr) [[likely]]
    real_bytes.memcpy(to, from, size);
  else
    for (std::size_t i = 0; i < size; ++i) static_cast<volatile char*>(to)[i] = from[i];
}

void fill_with_zeros(char* to, std::size_t size) {
  if (real_bytes.memset != nullptr) [[likely]]
    real_bytes.memset(to, 0, size);
  else
    for (std::size_t i = 0; i < size; ++i) static_cast<volatile char*>(to)[i] = 0;
}

SNAG_ALWAYS_INLINE bool watched() { return real_bytes.strlen != nullptr && program_asks(); }

// With its end.
void reads(const char* text, const void* place) { will_read(text, length(text) + 1, place); }
// Of at most so many characters.
void reads(const char* text, std::size_t size_max, const void* place) {
  const std::size_t size = length(text, size_max);
  will_read(text, size < size_max ? size + 1 : size_max, place);
}

char lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

enum class Case : bool { told, ignored };

// Both, as far as they are looked at: to the first difference or the end.
void reads_both(const char* one, const char* other, std::size_t size_max, Case letters, const void* place) {
  std::size_t size = 0;
  while (size < size_max) {
    const char first = letters == Case::ignored ? lower(one[size]) : one[size];
    const char second = letters == Case::ignored ? lower(other[size]) : other[size];
    ++size;
    if (first == 0 || first != second) break;
  }
  will_read(one, size, place);
  will_read(other, size, place);
}

constexpr std::size_t endless = ~std::size_t{0};

// Copies the text with its end; returns where the end is.
char* copy_text(char* to, const char* from, const void* place) {
  if (watched()) {
    reads(from, place);
    will_write(to, length(from) + 1, place, {.bytes = from});
  }
  const std::size_t size = length(from);
  copy(to, from, size + 1);
  return to + size;
}

// Copies at most so many and fills the rest with zeros; returns where the first of these is, or the end.
char* copy_some(char* to, const char* from, std::size_t size_max, const void* place) {
  if (watched()) {
    reads(from, size_max, place);
    will_write(to, size_max, place);
  }
  const std::size_t size = length(from, size_max);
  copy(to, from, size);
  fill_with_zeros(to + size, size_max - size);
  return to + size;
}

void append(char* to, const char* from, std::size_t size_max, const void* place) {
  if (watched()) {
    reads(to, place);
    reads(from, size_max, place);
    will_write(to + length(to), length(from, size_max) + 1, place, {.bytes = from});
  }
  const std::size_t size = length(from, size_max);
  char* const end = to + length(to);
  copy(end, from, size);
  end[size] = 0;
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

#define SNAG_PLACE __builtin_return_address(0)

extern "C" {

std::size_t strlen(const char* text) noexcept {
  if (watched()) reads(text, SNAG_PLACE);
  return length(text);
}

std::size_t strnlen(const char* text, std::size_t size_max) noexcept {
  if (watched()) reads(text, size_max, SNAG_PLACE);
  return length(text, size_max);
}

char* strcpy(char* to, const char* from) noexcept {
  copy_text(to, from, SNAG_PLACE);
  return to;
}
char* stpcpy(char* to, const char* from) noexcept { return copy_text(to, from, SNAG_PLACE); }
char* strncpy(char* to, const char* from, std::size_t size) noexcept {
  copy_some(to, from, size, SNAG_PLACE);
  return to;
}
char* stpncpy(char* to, const char* from, std::size_t size) noexcept { return copy_some(to, from, size, SNAG_PLACE); }

char* strcat(char* to, const char* from) noexcept {
  append(to, from, endless, SNAG_PLACE);
  return to;
}
char* strncat(char* to, const char* from, std::size_t size) noexcept {
  append(to, from, size, SNAG_PLACE);
  return to;
}

int strcmp(const char* one, const char* other) noexcept {
  if (real_bytes.strcmp == nullptr) [[unlikely]] {
    std::size_t at = 0;
    while (one[at] != 0 && one[at] == other[at]) ++at;
    return static_cast<unsigned char>(one[at]) - static_cast<unsigned char>(other[at]);
  }
  if (watched()) reads_both(one, other, endless, Case::told, SNAG_PLACE);
  return real_bytes.strcmp(one, other);
}

int strncmp(const char* one, const char* other, std::size_t size) noexcept {
  if (real_bytes.strncmp == nullptr) [[unlikely]] {
    for (std::size_t at = 0; at < size; ++at)
      if (one[at] == 0 || one[at] != other[at])
        return static_cast<unsigned char>(one[at]) - static_cast<unsigned char>(other[at]);
    return 0;
  }
  if (watched()) reads_both(one, other, size, Case::told, SNAG_PLACE);
  return real_bytes.strncmp(one, other, size);
}

int strcasecmp(const char* one, const char* other) noexcept {
  if (watched()) reads_both(one, other, endless, Case::ignored, SNAG_PLACE);
  return real_bytes.strcasecmp(one, other);
}

int strncasecmp(const char* one, const char* other, std::size_t size) noexcept {
  if (watched()) reads_both(one, other, size, Case::ignored, SNAG_PLACE);
  return real_bytes.strncasecmp(one, other, size);
}

char* strchr(const char* text, int character) noexcept {
  if (real_bytes.strchr == nullptr) [[unlikely]] {
    while (*text != static_cast<char>(character) && *text != 0) ++text;
    return *text == static_cast<char>(character) ? const_cast<char*>(text) : nullptr;
  }
  if (watched()) {
    const char* const found = real_bytes.strchr(text, character);
    will_read(text, found == nullptr ? length(text) + 1 : static_cast<std::size_t>(found - text) + 1, SNAG_PLACE);
  }
  return real_bytes.strchr(text, character);
}

char* strrchr(const char* text, int character) noexcept {
  if (watched()) reads(text, SNAG_PLACE);
  return real_bytes.strrchr(text, character);
}

char* strstr(const char* text, const char* part) noexcept {
  if (watched()) {
    reads(text, SNAG_PLACE);
    reads(part, SNAG_PLACE);
  }
  return real_bytes.strstr(text, part);
}

char* strpbrk(const char* text, const char* characters) noexcept {
  if (watched()) {
    reads(text, SNAG_PLACE);
    reads(characters, SNAG_PLACE);
  }
  return real_bytes.strpbrk(text, characters);
}

std::size_t strspn(const char* text, const char* characters) noexcept {
  if (watched()) {
    reads(text, SNAG_PLACE);
    reads(characters, SNAG_PLACE);
  }
  return real_bytes.strspn(text, characters);
}

std::size_t strcspn(const char* text, const char* characters) noexcept {
  if (watched()) {
    reads(text, SNAG_PLACE);
    reads(characters, SNAG_PLACE);
  }
  return real_bytes.strcspn(text, characters);
}

char* strdup(const char* text) noexcept {
  if (watched()) reads(text, SNAG_PLACE);
  const std::size_t size = length(text);
  auto* const made = static_cast<char*>(std::malloc(size + 1));
  if (made != nullptr) copy(made, text, size + 1);
  return made;
}

char* strndup(const char* text, std::size_t size_max) noexcept {
  if (watched()) reads(text, size_max, SNAG_PLACE);
  const std::size_t size = length(text, size_max);
  auto* const made = static_cast<char*>(std::malloc(size + 1));
  if (made == nullptr) return nullptr;
  copy(made, text, size);
  made[size] = 0;
  return made;
}

// As compilers call them with _FORTIFY_SOURCE; where the room is not enough the program ends.
char* __strcpy_chk(char* to, const char* from, std::size_t room) {
  if (length(from) >= room) __builtin_trap();
  copy_text(to, from, SNAG_PLACE);
  return to;
}
char* __stpcpy_chk(char* to, const char* from, std::size_t room) {
  if (length(from) >= room) __builtin_trap();
  return copy_text(to, from, SNAG_PLACE);
}
char* __strncpy_chk(char* to, const char* from, std::size_t size, std::size_t room) {
  if (size > room) __builtin_trap();
  copy_some(to, from, size, SNAG_PLACE);
  return to;
}
char* __strcat_chk(char* to, const char* from, std::size_t room) {
  if (length(to) + length(from) >= room) __builtin_trap();
  append(to, from, endless, SNAG_PLACE);
  return to;
}
char* __strncat_chk(char* to, const char* from, std::size_t size, std::size_t room) {
  if (length(to) + length(from, size) >= room) __builtin_trap();
  append(to, from, size, SNAG_PLACE);
  return to;
}
}
