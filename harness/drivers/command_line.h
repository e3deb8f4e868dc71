// What a compiler's command line asks for, as far as a driver around it has to know: whether anything is compiled or
// linked at all, and with which sanitizers. The options are those that GCC and Clang have in common.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace snag {

using Arguments = std::vector<std::string>;

/// How far the compiler goes.
enum class Stage {
  query,       ///< nothing is compiled: --version, -print-..., or no input
  preprocess,  ///< -E, -M, -MM
  compile,     ///< -c, -S, -fsyntax-only, or nothing but headers
  link
};

/// What a command line asks for.
struct CommandLine {
  Stage stage = Stage::query;
  bool compiles = false;             ///< there is a source among the inputs
  bool relocatable = false;          ///< -r: the result is an object to be linked again
  bool link_time = false;            ///< -flto
  bool uninstrumented = false;       ///< -fno-sanitize=thread, or all: as some projects say of single files
  bool names_thread = false;         ///< thread is named in a -fsanitize= or -fno-sanitize=
  std::set<std::string> sanitizers;  ///< those that are on at the end, without thread
  std::set<std::string> options;     ///< all arguments that are neither inputs nor values of others
};

/// `arguments` holds no response files any more (expand).
CommandLine read_command_line(const Arguments& arguments);

/// The text of a file, or nothing if it cannot be read.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

/// The arguments with each @file replaced by what stands in it, as GCC and Clang do it. One that cannot be read stays.
Arguments expand(const Arguments& arguments, const ReadFile& read);

/// The arguments without `thread` in -fsanitize= and -fno-sanitize=.
Arguments without_thread_sanitizer(const Arguments& arguments);

}  // namespace snag
