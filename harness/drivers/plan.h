// What `snag c++` and `snag cc` run: the compiler that they wrap, with its ThreadSanitizer's instrumentation in every
// compilation, and snag's runtime in the place of the sanitizer's in every link. The compiler itself is told to
// instrument, and its driver is not: so the driver links no library of its own. GCC takes that from a file of specs,
// Clang by -Xclang. Nothing has to be taken apart, and one command line stays one.
#pragma once

#include "harness/drivers/command_line.h"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace snag {

/// The two that are understood.
enum class CompilerFamily { gcc, clang };

/// The compiler that is wrapped.
struct Compiler {
  Arguments words;  ///< program, and arguments before all others
  CompilerFamily family = CompilerFamily::gcc;
  int version = 0;  ///< the first number of it
};

/// What of snag a program is built with.
struct DriverParts {
  std::filesystem::path runtime;  ///< libsnag_runtime.so
  std::filesystem::path specs;    ///< gcc.specs
};

/// A command line that cannot be followed. what() tells the mend.
class DriverRefusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The command to be run for these arguments. Throws DriverRefusal.
Arguments plan(const Arguments& arguments, const Compiler& compiler, const DriverParts& parts, const ReadFile& read);

/// What a compiler says to --version. Throws DriverRefusal if it is neither GCC nor Clang.
Compiler recognise(const Arguments& words, const std::string& version_text);

}  // namespace snag
