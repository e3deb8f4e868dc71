// memcpy and strlen and their like: what they touch is touched by the program.
#include "interface.h"

#include <strings.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

namespace programs {

namespace {

template <class First, class Second>
void in_two_threads(First first, Second second) {
  std::thread one(first);
  std::thread other(second);
  one.join();
  other.join();
}

// The compiler is not to know what is copied, or it does so by itself.
template <class Function>
Function hidden(Function function) {
  Function volatile kept = function;
  return kept;
}

struct Letter {
  char text[32];
};

}  // namespace

void does_all_that_strings_can() {
  char text[64] = "ab";
  const auto strcpy_ = hidden(static_cast<char* (*)(char*, const char*)>(&std::strcpy));
  const auto strcat_ = hidden(static_cast<char* (*)(char*, const char*)>(&std::strcat));
  const auto strncpy_ = hidden(static_cast<char* (*)(char*, const char*, std::size_t)>(&std::strncpy));
  const auto strncat_ = hidden(static_cast<char* (*)(char*, const char*, std::size_t)>(&std::strncat));
  const auto strlen_ = hidden(static_cast<std::size_t (*)(const char*)>(&std::strlen));
  const auto strcmp_ = hidden(static_cast<int (*)(const char*, const char*)>(&std::strcmp));
  const auto strncmp_ = hidden(static_cast<int (*)(const char*, const char*, std::size_t)>(&std::strncmp));
  const auto memchr_ = hidden(static_cast<const void* (*)(const void*, int, std::size_t)>(&std::memchr));
  const auto memcmp_ = hidden(static_cast<int (*)(const void*, const void*, std::size_t)>(&std::memcmp));
  const auto memmove_ = hidden(static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memmove));
  const auto strdup_ = hidden(static_cast<char* (*)(const char*)>(&strdup));
  require(strcpy_(text, "one") == text && strlen_(text) == 3, "strcpy");
  require(strcat_(text, " two") == text && strcmp_(text, "one two") == 0, "strcat");
  require(strncat_(text, " three", 3) == text && strcmp_(text, "one two th") == 0, "strncat");
  require(strncpy_(text, "four", 8) == text && memcmp_(text, "four\0\0\0\0th", 11) == 0, "strncpy");
  require(strncmp_("abc", "abd", 2) == 0 && strncmp_("abc", "abd", 3) < 0 && strcmp_("b", "a") > 0, "strncmp");
  require(memchr_(text, 'u', 8) == text + 2 && memchr_(text, 'z', 8) == nullptr, "memchr");
  require(memmove_(text + 1, text, 4) == text + 1 && memcmp_(text, "ffour", 5) == 0, "memmove");
  require(hidden(&bcmp)("a", "b", 1) != 0 && hidden(&strcasecmp)("Ab", "aB") == 0, "bcmp or strcasecmp");
  require(hidden(&strspn)("aab", "a") == 2 && hidden(&strcspn)("aab", "b") == 2, "strspn or strcspn");
  require(hidden(&stpcpy)(text, "end") == text + 3 && hidden(&strnlen)("abc", 2) == 2, "stpcpy or strnlen");
  char* const copy = strdup_(text);
  require(copy != text && strcmp_(copy, "end") == 0, "strdup");
  std::free(copy);
}

void copies_under_a_mutex() {
  std::mutex mutex;
  Letter shared{"first"};
  Letter seen{};
  const auto memcpy_ = hidden(static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memcpy));
  in_two_threads(
      [&] {
        const Letter letter{"second"};
        const std::lock_guard<std::mutex> lock(mutex);
        memcpy_(&shared, &letter, sizeof letter);
      },
      [&] {
        const std::lock_guard<std::mutex> lock(mutex);
        memcpy_(&seen, &shared, sizeof seen);
      });
  require(std::strcmp(seen.text, "first") == 0 || std::strcmp(seen.text, "second") == 0, "half a letter was seen");
}

void fills_and_copies() {
  alignas(8) static char buffer[24];
  const auto memset_ = hidden(static_cast<void* (*)(void*, int, std::size_t)>(&std::memset));
  const auto memcpy_ = hidden(static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memcpy));
  const auto strcpy_ = hidden(static_cast<char* (*)(char*, const char*)>(&std::strcpy));
  memset_(buffer, 'Z', sizeof buffer);
  memcpy_(buffer, "one long text...", 16);
  strcpy_(buffer, "another text");
}

void copies_without_a_mutex() {
  Letter shared{"first"};
  const auto memcpy_ = hidden(static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memcpy));
  const auto strlen_ = hidden(static_cast<std::size_t (*)(const char*)>(&std::strlen));
  in_two_threads(
      [&] {
        const Letter letter{"second"};
        memcpy_(&shared, &letter, sizeof letter);
      },
      [&] { require(strlen_(shared.text) > 0, "the letter is empty"); });
}

}  // namespace programs
