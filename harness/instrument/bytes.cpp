// memcpy and its like: in the program they read and write ranges.
#include "harness/instrument/bytes.h"

#include "harness/instrument/real.h"

#include <array>
#include <cstdint>

namespace snag::instrument {

constinit RealBytes real_bytes{};

namespace {

template <class Function>
void look_up(Function& function, const char* name) {
  function = reinterpret_cast<Function>(real::find(name, nullptr));
}

[[gnu::constructor(101)]] void look_all_up() {
  RealBytes found{};
  look_up(found.memcpy, "memcpy");
  look_up(found.memmove, "memmove");
  look_up(found.mempcpy, "mempcpy");
  look_up(found.memset, "memset");
  look_up(found.memcmp, "memcmp");
  look_up(found.memchr, "memchr");
  look_up(found.memrchr, "memrchr");
  look_up(found.strlen, "strlen");
  look_up(found.strnlen, "strnlen");
  look_up(found.strcmp, "strcmp");
  look_up(found.strncmp, "strncmp");
  look_up(found.strcasecmp, "strcasecmp");
  look_up(found.strncasecmp, "strncasecmp");
  look_up(found.strchr, "strchr");
  look_up(found.strrchr, "strrchr");
  look_up(found.strstr, "strstr");
  look_up(found.strpbrk, "strpbrk");
  look_up(found.strspn, "strspn");
  look_up(found.strcspn, "strcspn");
  real_bytes = found;
}

// Before the library has been loaded.
void* move_one_by_one(void* to, const void* from, std::size_t size) {
  auto* const into = static_cast<volatile char*>(to);
  const auto* const bytes = static_cast<const volatile char*>(from);
  if (reinterpret_cast<std::uintptr_t>(to) < reinterpret_cast<std::uintptr_t>(from))
    for (std::size_t i = 0; i < size; ++i) into[i] = bytes[i];
  else
    for (std::size_t i = size; i-- > 0;) into[i] = bytes[i];
  return to;
}

void will_set(const void* to, int byte, std::size_t size, const void* place) {
  std::array<char, 8> bytes;
  bytes.fill(static_cast<char>(byte));
  will_write(to, size, place, {.bytes = bytes.data(), .repeated = true});
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

#define SNAG_PLACE __builtin_return_address(0)

extern "C" {

void* memcpy(void* to, const void* from, std::size_t size) noexcept {
  if (real_bytes.memcpy == nullptr) [[unlikely]]
    return move_one_by_one(to, from, size);
  if (program_asks()) {
    will_read(from, size, SNAG_PLACE);
    will_write(to, size, SNAG_PLACE, {.bytes = from});
  }
  return real_bytes.memcpy(to, from, size);
}

void* memmove(void* to, const void* from, std::size_t size) noexcept {
  if (real_bytes.memmove == nullptr) [[unlikely]]
    return move_one_by_one(to, from, size);
  if (program_asks()) {
    will_read(from, size, SNAG_PLACE);
    will_write(to, size, SNAG_PLACE, {.bytes = from});
  }
  return real_bytes.memmove(to, from, size);
}

void* mempcpy(void* to, const void* from, std::size_t size) noexcept {
  if (real_bytes.mempcpy == nullptr) [[unlikely]]
    return static_cast<char*>(move_one_by_one(to, from, size)) + size;
  if (program_asks()) {
    will_read(from, size, SNAG_PLACE);
    will_write(to, size, SNAG_PLACE, {.bytes = from});
  }
  return real_bytes.mempcpy(to, from, size);
}

void* memset(void* to, int byte, std::size_t size) noexcept {
  if (real_bytes.memset == nullptr) [[unlikely]] {
    for (std::size_t i = 0; i < size; ++i) static_cast<volatile char*>(to)[i] = static_cast<char>(byte);
    return to;
  }
  if (program_asks()) will_set(to, byte, size, SNAG_PLACE);
  return real_bytes.memset(to, byte, size);
}

void bzero(void* to, std::size_t size) noexcept {
  if (program_asks()) will_set(to, 0, size, SNAG_PLACE);
  real_bytes.memset(to, 0, size);
}

int memcmp(const void* one, const void* other, std::size_t size) noexcept {
  if (real_bytes.memcmp == nullptr) [[unlikely]] {
    for (std::size_t i = 0; i < size; ++i) {
      const int difference =
          static_cast<const volatile unsigned char*>(one)[i] - static_cast<const volatile unsigned char*>(other)[i];
      if (difference != 0) return difference;
    }
    return 0;
  }
  if (program_asks()) {
    will_read(one, size, SNAG_PLACE);
    will_read(other, size, SNAG_PLACE);
  }
  return real_bytes.memcmp(one, other, size);
}

int bcmp(const void* one, const void* other, std::size_t size) noexcept {
  if (program_asks()) {
    will_read(one, size, SNAG_PLACE);
    will_read(other, size, SNAG_PLACE);
  }
  return real_bytes.memcmp(one, other, size);
}

void* memchr(const void* bytes, int byte, std::size_t size) noexcept {
  if (real_bytes.memchr == nullptr) [[unlikely]] {
    for (std::size_t i = 0; i < size; ++i)
      if (static_cast<const volatile unsigned char*>(bytes)[i] == static_cast<unsigned char>(byte))
        return const_cast<char*>(static_cast<const char*>(bytes)) + i;
    return nullptr;
  }
  if (program_asks()) {
    const void* const found = real_bytes.memchr(bytes, byte, size);
    const auto read = static_cast<std::size_t>(static_cast<const char*>(found) - static_cast<const char*>(bytes)) + 1;
    will_read(bytes, found == nullptr ? size : read, SNAG_PLACE);
  }
  return real_bytes.memchr(bytes, byte, size);
}

void* memrchr(const void* bytes, int byte, std::size_t size) noexcept {
  if (program_asks()) will_read(bytes, size, SNAG_PLACE);
  return real_bytes.memrchr(bytes, byte, size);
}

// As compilers call them with _FORTIFY_SOURCE; the room is known to be enough, or the program ends.
void* __memcpy_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  if (size > room) __builtin_trap();
  if (program_asks()) {
    will_read(from, size, SNAG_PLACE);
    will_write(to, size, SNAG_PLACE, {.bytes = from});
  }
  return real_bytes.memcpy(to, from, size);
}

void* __memmove_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  if (size > room) __builtin_trap();
  if (program_asks()) {
    will_read(from, size, SNAG_PLACE);
    will_write(to, size, SNAG_PLACE, {.bytes = from});
  }
  return real_bytes.memmove(to, from, size);
}

void* __memset_chk(void* to, int byte, std::size_t size, std::size_t room) {
  if (size > room) __builtin_trap();
  if (program_asks()) will_set(to, byte, size, SNAG_PLACE);
  return real_bytes.memset(to, byte, size);
}
}
