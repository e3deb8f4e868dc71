#include "harness/drivers/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace snag {

namespace {

// They bring a runtime that wants the same functions, or memory laid out in its own way.
constexpr std::array rivals = {"address",          "kernel-address", "hwaddress", "kernel-hwaddress", "memory",
                               "kernel-memory",    "leak",           "dataflow",  "memtag",           "safe-stack",
                               "shadow-call-stack"};

struct RefusedOption {
  const char* option;
  const char* reason;
};

constexpr const char* must_be_shared =
    "snag's runtime is a shared library that stands in for the C library's thread functions, so the program has to be "
    "linked dynamically: leave it out";
constexpr std::array refused_in_links = {
    RefusedOption{"-static", must_be_shared}, RefusedOption{"-static-pie", must_be_shared},
    RefusedOption{"--static", must_be_shared},
    RefusedOption{"-static-libtsan",
                  "the sanitizer's own runtime is not linked, snag's is in its place: leave it out"}};
constexpr std::array refused_always = {
    RefusedOption{"-m32", "programs are controlled on x86-64 only: build for 64 bits"},
    RefusedOption{"-mx32", "programs are controlled on x86-64 only: build for 64 bits"}};

template <class List>
void refuse_any_of(const List& list, const CommandLine& line) {
  for (const RefusedOption& refused : list)
    if (line.options.contains(refused.option))
      throw DriverRefusal(fmt::format("{} cannot be used: {}", refused.option, refused.reason));
}

void refuse_what_cannot_be(const CommandLine& line) {
  refuse_any_of(refused_always, line);
  if (line.stage == Stage::link && !line.relocatable) refuse_any_of(refused_in_links, line);
  for (const std::string& name : line.sanitizers)
    if (std::find(rivals.begin(), rivals.end(), name) != rivals.end())
      throw DriverRefusal(
          fmt::format("-fsanitize={0} cannot be used: {0} and snag want to be told of the same accesses. Leave it out "
                      "here, and build for it in another folder",
                      name));
}

void append(Arguments& arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

// The runtime, before all else, so that its functions are found before those of other libraries.
Arguments linking(const std::filesystem::path& runtime) {
  return {"-Wl,--push-state,--no-as-needed",
          "-Xlinker",
          runtime.string(),
          "-Wl,--pop-state",
          "-Xlinker",
          "-rpath",
          "-Xlinker",
          runtime.parent_path().string()};
}

Arguments preprocessing(const Compiler& compiler, const DriverParts& parts) {
  if (compiler.family == CompilerFamily::gcc) return {"-specs=" + parts.specs.string()};
  return {"-Xclang", "-fsanitize=thread"};
}

Arguments compiling(const CommandLine& line, const Compiler& compiler) {
  Arguments options;
  if (compiler.family == CompilerFamily::gcc) {
    if (compiler.version >= 11) append(options, {"--param=tsan-distinguish-volatile=1", "-Wno-tsan"});
  } else {
    if (compiler.version >= 11) append(options, {"-mllvm", "-tsan-distinguish-volatile=1"});
    if (compiler.version >= 12) append(options, {"-mllvm", "-tsan-instrument-read-before-write=1"});
  }
  // Places are return addresses: a call at the end must stay a call. Link-time optimisation would put off the
  // instrumentation to a step that does not know of it.
  append(options, {"-fno-optimize-sibling-calls", "-fno-omit-frame-pointer"});
  if (line.link_time) options.emplace_back("-fno-lto");
  return options;
}

}  // namespace

Arguments plan(const Arguments& arguments, const Compiler& compiler, const DriverParts& parts, const ReadFile& read) {
  const Arguments expanded = expand(arguments, read);
  const CommandLine line = read_command_line(expanded);
  Arguments command = compiler.words;
  if (line.stage == Stage::query) {
    append(command, arguments);
    return command;
  }
  refuse_what_cannot_be(line);
  const bool instruments = line.compiles && !line.uninstrumented;
  const bool optimises_links = line.link_time && line.stage == Stage::link;
  if (instruments && line.stage != Stage::preprocess) command.emplace_back("-g");
  if (line.stage == Stage::link && !line.relocatable) append(command, linking(parts.runtime));

  const Arguments& given = line.names_thread ? without_thread_sanitizer(expanded) : arguments;
  const auto options_end = std::find(given.begin(), given.end(), "--");
  command.insert(command.end(), given.begin(), options_end);
  if (instruments) append(command, preprocessing(compiler, parts));
  if (instruments && line.stage != Stage::preprocess)
    append(command, compiling(line, compiler));
  else if (optimises_links)
    command.emplace_back("-fno-lto");
  command.insert(command.end(), options_end, given.end());
  return command;
}

Compiler recognise(const Arguments& words, const std::string& version_text) {
  Compiler compiler{.words = words, .family = CompilerFamily::gcc, .version = 0};
  const std::string_view first = std::string_view(version_text).substr(0, version_text.find('\n'));
  std::size_t number = std::string_view::npos;
  if (const std::size_t clang = first.find("clang version "); clang != std::string_view::npos) {
    compiler.family = CompilerFamily::clang;
    number = clang + std::string_view("clang version ").size();
  } else if (version_text.find("see the source for copying conditions") != std::string::npos) {
    const std::size_t blank = first.rfind(' ');  // "g++ (Debian 12.2.0-14) 12.2.0"
    number = blank == std::string_view::npos ? blank : blank + 1;
  }
  if (number == std::string_view::npos ||
      std::from_chars(first.data() + number, first.data() + first.size(), compiler.version).ec != std::errc{})
    throw DriverRefusal(
        fmt::format("{} is neither GCC nor Clang, as far as its --version tells: name one of these in SNAG_CXX or "
                    "SNAG_CC",
                    words.empty() ? "the compiler" : words.front()));
  return compiler;
}

}  // namespace snag
