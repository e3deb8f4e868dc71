#include "harness/campaign/symbols.h"

#include <backtrace.h>
#include <cxxabi.h>
#include <dlfcn.h>
#include <unwind.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <unordered_map>

namespace snag {

namespace {

constexpr std::size_t frames_max = 128;

backtrace_state* symbol_state() {
  // One for the process: it holds the debug information that was read, and is never freed.
  static backtrace_state* const state = backtrace_create_state(
      nullptr, 0, [](void*, const char*, int) {}, nullptr);
  return state;
}

}  // namespace

std::string demangled(const char* name) {
  if (name == nullptr) return {};
  int status = 0;
  char* const text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  std::free(text);
  return result;
}

namespace {

// The place after the bracket that closes the one here. "{lambda()#1}" is one, too.
std::size_t after_brackets(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(' || text[at] == '{') ++depth;
    if ((text[at] == ')' || text[at] == '}') && --depth == 0) return at + 1;
  }
  return text.size();
}

// The C library, for one, which was built from relative paths that look like anybody's.
bool is_in_system_library(const void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return false;
  const std::string_view file = info.dli_fname;
  return file.starts_with("/lib/") || file.starts_with("/lib64/") || file.starts_with("/usr/lib/");
}

// Where in a signature the function's name stands.
struct NameInSignature {
  std::size_t scope, begin, end;
};

NameInSignature find_name(std::string_view signature) {
  constexpr std::string_view operator_word = "operator";
  constexpr std::string_view identifier_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  std::size_t scope = 0;
  std::size_t begin = 0;
  int templates = 0;
  for (std::size_t at = 0; at < signature.size(); ++at) {
    const std::string_view rest = signature.substr(at);
    const bool is_operator = templates == 0 && begin == at && rest.starts_with(operator_word) &&
                             rest.substr(operator_word.size()).find_first_of(identifier_characters) != 0;
    if (is_operator) {  // its symbol is no bracket
      const std::size_t symbol = rest.starts_with("operator()") ? operator_word.size() + 2 : operator_word.size();
      return {scope, at, at + std::min(rest.find('(', symbol), rest.size())};
    }
    if (rest.front() == '<') ++templates;
    if (rest.front() == '>') --templates;
    if (templates > 0) continue;
    if (rest.front() == '(' || rest.front() == '{') {
      const std::size_t after = after_brackets(signature, at);
      if (!signature.substr(after).starts_with("::")) return {scope, begin, at};
      at = after - 1;  // part of the scope
    } else if (rest.front() == ' ') {
      scope = begin = at + 1;
    } else if (rest.starts_with("::")) {
      begin = ++at + 1;
    }
  }
  return {scope, begin, signature.size()};
}

}  // namespace

std::string function_name(std::string_view signature) {
  const NameInSignature name = find_name(signature);
  return std::string(signature.substr(name.begin, name.end - name.begin));
}

std::string qualified_name(std::string_view signature) {
  const NameInSignature name = find_name(signature);
  return std::string(signature.substr(name.scope, name.end - name.scope));
}

std::vector<SourcePlace> source_places(const void* return_address) {
  // Never destroyed: exit() inside an execution is told of after statics are.
  static auto& known = *new std::unordered_map<const void*, std::vector<SourcePlace>>;
  const auto found = known.find(return_address);
  if (found != known.end()) return found->second;
  std::vector<SourcePlace> places;
  if (return_address != nullptr && symbol_state() != nullptr) {
    const auto add = [](void* data, std::uintptr_t, const char* file, int line, const char* function) {
      if (file == nullptr) return 0;
      const std::string signature = demangled(function);
      static_cast<std::vector<SourcePlace>*>(data)->push_back(
          {file, line, function_name(signature), qualified_name(signature)});
      return 0;
    };
    // The call stands before the address that it returns to.
    backtrace_pcinfo(
        symbol_state(), reinterpret_cast<std::uintptr_t>(return_address) - 1, add, [](void*, const char*, int) {},
        &places);
  }
  return known.emplace(return_address, std::move(places)).first->second;
}

bool is_programs_own(const SourcePlace& place) {
  const std::string_view file = place.file;
  if (file.starts_with("/usr/") || file.find("/include/c++/") != std::string_view::npos) return false;
  for (const char* const folder :
       {"harness/primitives/", "harness/execution/", "harness/instrument/", "harness/campaign/", "harness/students/",
        "harness/cli/", "harness/testing/", "/googletest/src/", "/googletest/include/", "/googlemock/src/",
        "/googlemock/include/"})
    if (file.find(folder) != std::string_view::npos) return false;
  return true;
}

std::vector<const void*> unwind() {
  std::vector<const void*> stack;
  stack.reserve(32);
  const auto add = [](_Unwind_Context* context, void* data) {
    auto& addresses = *static_cast<std::vector<const void*>*>(data);
    const std::uintptr_t address = _Unwind_GetIP(context);
    if (address == 0 || addresses.size() >= frames_max) return _URC_END_OF_STACK;
    addresses.push_back(reinterpret_cast<const void*>(address));
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(add, &stack);
  return stack;
}

std::vector<StackFrame> unwind_frames() {
  std::vector<StackFrame> stack;
  stack.reserve(32);
  const auto add = [](_Unwind_Context* context, void* data) {
    auto& frames = *static_cast<std::vector<StackFrame>*>(data);
    const std::uintptr_t address = _Unwind_GetIP(context);
    if (address == 0 || frames.size() >= frames_max) return _URC_END_OF_STACK;
#if defined(__x86_64__)
    constexpr int frame_pointer = 6;
#else
    constexpr int frame_pointer = 29;
#endif
    // What GCC's unwinder calls the canonical frame address is that of the function that was called from here.
    frames.push_back(
        {reinterpret_cast<const void*>(address), _Unwind_GetCFA(context), _Unwind_GetGR(context, frame_pointer)});
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(add, &stack);
  return stack;
}

std::vector<SourcePlace> programs_frames(const std::vector<const void*>& stack) {
  std::vector<SourcePlace> frames;
  for (const void* const address : stack) {
    if (is_in_system_library(address)) continue;
    for (const SourcePlace& place : source_places(address)) {
      if (!is_programs_own(place)) continue;
      frames.push_back(place);
      if (frames.size() == 2) return frames;
    }
  }
  return frames;
}

const void* programs_address(const std::vector<const void*>& stack) {
  Dl_info harness{};
  dladdr(reinterpret_cast<const void*>(&programs_address), &harness);
  const auto is_programs = [&](const void* address) {
    Dl_info info{};
    return dladdr(address, &info) != 0 && info.dli_fbase != harness.dli_fbase && !is_in_system_library(address);
  };
  const auto found = std::ranges::find_if(stack, is_programs);
  return found == stack.end() ? nullptr : *found;
}

std::uint64_t place_digest(const void* address) {
  Dl_info info{};
  if (address == nullptr) return 0;
  if (dladdr(address, &info) == 0) return 1;
  return static_cast<std::uint64_t>(static_cast<const char*>(address) - static_cast<const char*>(info.dli_fbase));
}

}  // namespace snag
