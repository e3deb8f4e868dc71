#include "harness/students/installation.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr int file_version = 1;

}  // namespace

Installation read_installation(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw InstallationError(
        fmt::format("{} is not there: `snag new` and `snag check` belong to the command snag with its scenario suite; "
                    "call that one, from its build tree or its installation",
                    file.string()));
  const auto folder = [&](const nlohmann::json& path) {
    return (file.parent_path() / path.get<std::string>()).lexically_normal();
  };
  try {
    const auto document = nlohmann::json::parse(stream);
    if (document.at("version") != file_version)
      throw InstallationError(fmt::format("{} was written by another version: install snag again", file.string()));
    Installation installation;
    installation.compiler = document.at("compiler").get<std::vector<std::string>>();
    installation.flags = document.at("flags").get<std::vector<std::string>>();
    for (const nlohmann::json& include : document.at("includes")) installation.includes.push_back(folder(include));
    installation.scenarios = folder(document.at("scenarios"));
    return installation;
  } catch (const nlohmann::json::exception& error) {
    throw InstallationError(fmt::format("{} cannot be read ({}): install snag again", file.string(), error.what()));
  }
}

Installation find_installation() {
  return read_installation((running_program().parent_path() / SNAG_TOOLCHAIN).lexically_normal());
}

fs::path running_program() { return fs::read_symlink("/proc/self/exe"); }

}  // namespace snag
