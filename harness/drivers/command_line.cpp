#include "harness/drivers/command_line.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace snag {

namespace {

constexpr std::string_view on = "-fsanitize=";
constexpr std::string_view off = "-fno-sanitize=";

// Options whose value is the next argument. Those that may have it in the same word are here, too: alone they are a
// word without a value.
constexpr std::array valued = {"-o",
                               "-I",
                               "-L",
                               "-D",
                               "-U",
                               "-l",
                               "-x",
                               "-include",
                               "-imacros",
                               "-isystem",
                               "-iquote",
                               "-idirafter",
                               "-iprefix",
                               "-isysroot",
                               "-iwithprefix",
                               "-imultilib",
                               "-MF",
                               "-MT",
                               "-MQ",
                               "-Xlinker",
                               "-Xassembler",
                               "-Xclang",
                               "-Xanalyzer",
                               "-mllvm",
                               "-T",
                               "-u",
                               "-z",
                               "-e",
                               "-A",
                               "-G",
                               "-B",
                               "-F",
                               "-target",
                               "-arch",
                               "-framework",
                               "-aux-info",
                               "-dumpbase",
                               "-dumpdir",
                               "-wrapper",
                               "--param",
                               "--sysroot",
                               "--output",
                               "--include",
                               "-include-pch",
                               "-Xpreprocessor",
                               "-ivfsoverlay",
                               "-iframework",
                               "-dumpbase-ext",
                               "-iwithprefixbefore",
                               "-cxx-isystem"};

constexpr std::array queries = {"-dumpversion", "-dumpfullversion", "-dumpmachine",  "-dumpspecs",
                                "--version",    "--help",           "--target-help", "-help"};

constexpr std::array source_endings = {"c",   "C",   "cc", "cp",  "cpp", "cxx", "c++", "CPP", "i",
                                       "ii",  "m",   "mm", "mi",  "mii", "M",   "S",   "sx",  "f",
                                       "for", "f90", "F",  "F90", "adb", "ads", "d",   "go"};
constexpr std::array header_endings = {"h", "H", "hh", "hp", "hpp", "hxx", "h++", "HPP", "tcc"};

template <class List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_query(const std::string& option) {
  return holds(queries, option) || option.starts_with("-print-") || option.starts_with("--print-") ||
         option.starts_with("--help=");
}

std::string_view ending_of(std::string_view file) {
  const std::size_t dot = file.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : file.substr(dot + 1);
}

std::vector<std::string> listed(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    names.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return names;
}

// Goes through a command line once.
class Reader {
 public:
  CommandLine read(const Arguments& arguments) {
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
      if (!options_end_ && holds(valued, *argument)) {
        const std::string& option = *argument;
        const bool has_value = argument + 1 != arguments.end();
        note_valued(option, has_value ? *++argument : "");
      } else if (!options_end_ && argument->size() > 1 && argument->front() == '-') {
        note_option(*argument);
      } else {
        note_input(*argument);
      }
    }
    line_.compiles = sources_ || headers_;
    line_.stage = stage();
    return std::move(line_);
  }

 private:
  void note_valued(const std::string& option, const std::string& value) {
    if (option == "-x") language_ = value == "none" ? "" : value;
    if (option == "-l") others_ = true;
    line_.options.insert(option);
  }

  void note_option(const std::string& option) {
    line_.options.insert(option);
    if (option == "--") options_end_ = true;
    if (is_query(option)) query_ = true;
    if (option.starts_with("-x")) language_ = option == "-xnone" ? "" : option.substr(2);
    if (option.starts_with("-l")) others_ = true;
    if (option == "-r") line_.relocatable = true;
    if (option.starts_with("-flto")) line_.link_time = true;
    if (option == "-fno-lto") line_.link_time = false;
    if (option.starts_with(on))
      for (const std::string& name : listed(std::string_view(option).substr(on.size()))) switch_on(name);
    if (option.starts_with(off))
      for (const std::string& name : listed(std::string_view(option).substr(off.size()))) switch_off(name);
  }

  void switch_on(const std::string& name) {
    if (name == "thread") {
      line_.names_thread = true;
      line_.uninstrumented = false;
    } else {
      line_.sanitizers.insert(name);
    }
  }

  void switch_off(const std::string& name) {
    line_.names_thread |= name == "thread";
    line_.uninstrumented |= name == "thread" || name == "all";
    if (name == "all") line_.sanitizers.clear();
    line_.sanitizers.erase(name);
  }

  void note_input(const std::string& file) {
    const std::string_view ending = ending_of(file);
    if (!language_.empty())
      (language_.ends_with("-header") ? headers_ : language_ == "assembler" ? others_ : sources_) = true;
    else if (holds(header_endings, ending))
      headers_ = true;
    else
      (file == "-" || holds(source_endings, ending) ? sources_ : others_) = true;
  }

  Stage stage() const {
    const auto has = [this](const char* option) { return line_.options.contains(option); };
    if (query_ || (!sources_ && !headers_ && !others_)) return Stage::query;
    if (has("-E") || has("-M") || has("-MM")) return Stage::preprocess;
    if (has("-c") || has("-S") || has("-fsyntax-only") || has("--precompile")) return Stage::compile;
    return sources_ || others_ ? Stage::link : Stage::compile;
  }

  CommandLine line_;
  std::string language_;  // as -x said; empty: by the file's name
  bool options_end_ = false;
  bool query_ = false;
  bool sources_ = false;
  bool headers_ = false;
  bool others_ = false;  // objects, libraries, plain assembly
};

// The words of a response file: parted by white space, with quotes and backslashes as in a shell.
Arguments words_of(const std::string& text) {
  Arguments words;
  bool inside = false;
  char quote = '\0';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    const bool space = quote == '\0' && std::string_view(" \t\n\r\v\f").find(character) != std::string_view::npos;
    if (space) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (character == '\\' && at + 1 < text.size())
      words.back() += text[++at];
    else if (quote != '\0' ? character == quote : character == '\'' || character == '"')
      quote = quote == '\0' ? character : '\0';
    else
      words.back() += character;
  }
  return words;
}

constexpr int response_depth_max = 100;  // one that names itself

void expand_into(const Arguments& arguments, const ReadFile& read, int depth, Arguments& result) {
  for (const std::string& argument : arguments) {
    const bool names_file = argument.size() > 1 && argument.front() == '@' && depth < response_depth_max;
    const std::optional<std::string> text = names_file ? read(argument.substr(1)) : std::nullopt;
    if (text)
      expand_into(words_of(*text), read, depth + 1, result);
    else
      result.push_back(argument);
  }
}

}  // namespace

CommandLine read_command_line(const Arguments& arguments) { return Reader().read(arguments); }

Arguments expand(const Arguments& arguments, const ReadFile& read) {
  Arguments result;
  expand_into(arguments, read, 0, result);
  return result;
}

Arguments without_thread_sanitizer(const Arguments& arguments) {
  Arguments result;
  for (const std::string& argument : arguments) {
    const std::string_view prefix = argument.starts_with(on) ? on : argument.starts_with(off) ? off : "";
    if (prefix.empty()) {
      result.push_back(argument);
      continue;
    }
    std::string kept;
    for (const std::string& name : listed(std::string_view(argument).substr(prefix.size())))
      if (name != "thread") kept += (kept.empty() ? "" : ",") + name;
    if (!kept.empty()) result.push_back(std::string(prefix) + kept);
  }
  return result;
}

}  // namespace snag
