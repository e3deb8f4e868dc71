// A built solution, loaded into the process that runs it.
#pragma once

#include <filesystem>
#include <stdexcept>

namespace snag {

/// The library cannot be loaded: something is missing in the solution. what() says what.
class MissingDefinition : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Loads the library for good and returns the scenario's body, solution::scenario(). Throws MissingDefinition.
using ScenarioBody = void (*)();
ScenarioBody load_solution(const std::filesystem::path& library);

}  // namespace snag
