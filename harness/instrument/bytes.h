// The C library's own functions on bytes and strings, which this library hides, for the two files that define them. They
// are asked for all the time, also by snag itself and while a process is being put together: so they are looked up once,
// when the library is loaded, and until then bytes are moved one by one. These files are compiled without the
// compiler's knowledge of the functions, or they would call themselves.
#pragma once

#include "harness/instrument/accesses.h"
#include "harness/instrument/runtime.h"

#include <cstddef>

namespace snag::instrument {

/// Where the C library's functions lie; null before the library has been loaded.
struct RealBytes {
  void* (*memcpy)(void*, const void*, std::size_t);
  void* (*memmove)(void*, const void*, std::size_t);
  void* (*mempcpy)(void*, const void*, std::size_t);
  void* (*memset)(void*, int, std::size_t);
  int (*memcmp)(const void*, const void*, std::size_t);
  void* (*memchr)(const void*, int, std::size_t);
  void* (*memrchr)(const void*, int, std::size_t);
  std::size_t (*strlen)(const char*);
  std::size_t (*strnlen)(const char*, std::size_t);
  int (*strcmp)(const char*, const char*);
  int (*strncmp)(const char*, const char*, std::size_t);
  int (*strcasecmp)(const char*, const char*);
  int (*strncasecmp)(const char*, const char*, std::size_t);
  char* (*strchr)(const char*, int);
  char* (*strrchr)(const char*, int);
  char* (*strstr)(const char*, const char*);
  char* (*strpbrk)(const char*, const char*);
  std::size_t (*strspn)(const char*, const char*);
  std::size_t (*strcspn)(const char*, const char*);
};
// Hidden: read also before addresses in this library have been filled in.
[[gnu::visibility("hidden")]] extern RealBytes real_bytes;

/// Whether the program asks. Not to be asked before the functions are known: thread-locals may not be there yet.
SNAG_ALWAYS_INLINE bool program_asks() { return in_program; }

}  // namespace snag::instrument
