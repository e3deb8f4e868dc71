#include "harness/students/solution_library.h"

#include <cxxabi.h>
#include <dlfcn.h>

#include <fmt/format.h>

#include <cstdlib>
#include <string>

namespace snag {

namespace {

constexpr const char* body_name = "_ZN8solution8scenarioEv";

std::string demangled(const std::string& name) {
  int status = 0;
  char* const text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  std::free(text);
  return result;
}

std::string explain(const std::string& error) {
  constexpr std::string_view marker = "undefined symbol: ";
  const std::size_t at = error.find(marker);
  if (at == std::string::npos) return error;
  const std::string symbol = error.substr(at + marker.size());
  return fmt::format("The solution does not define {}, which is used.",
                     demangled(symbol.substr(0, symbol.find_first_of(" ,("))));
}

}  // namespace

ScenarioBody load_solution(const std::filesystem::path& library) {
  void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw MissingDefinition(explain(dlerror()));
  void* const body = dlsym(handle, body_name);
  if (body == nullptr) throw MissingDefinition("it has no scenario to run: its driver defines no solution::scenario()");
  return reinterpret_cast<ScenarioBody>(body);
}

}  // namespace snag
