#include "harness/cli/plain_solution.h"

#include "harness/students/build_solution.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include <sys/personality.h>
#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr const char* variable = "SNAG_CHECK";  // names the file

nlohmann::json to_json(const Concurrency& measured) {
  nlohmann::json document = {{"references", nlohmann::json::object()}};
  if (measured.before) document["before"] = *measured.before;
  for (const Concurrency::Reference& reference : measured.references)
    document["references"][reference.variant] = reference.parallelism;
  return document;
}

Concurrency read_measured(const nlohmann::json& document) {
  Concurrency measured;
  if (document.contains("before")) measured.before = document.at("before").get<double>();
  for (const auto& [variant, parallelism] : document.at("references").items())
    measured.references.push_back({variant, parallelism.get<double>()});
  return measured;
}

nlohmann::json to_json(const SolutionJob& job) {
  return {{"scenario", job.scenario},
          {"file", job.file},
          {"time", job.conditions.time},
          {"starved_after_grants", job.conditions.starved_after_grants},
          {"waiting_writer", job.conditions.waiting_writer},
          {"steps_max", job.conditions.steps_max},
          {"reachable", job.reachable},
          {"measured", job.measured ? to_json(*job.measured) : nlohmann::json()},
          {"executions", job.budget.executions},
          {"seconds", job.budget.seconds},
          {"seed", job.budget.seed},
          {"corpus", job.corpus.string()},
          {"replay", job.replay ? format_token(*job.replay) : ""},
          {"replay_prefix", job.replay_prefix},
          {"style", job.style},
          {"result", job.result.string()}};
}

SolutionJob read_job(const nlohmann::json& document) {
  SolutionJob job;
  job.kind = SolutionKind::plain;
  job.scenario = document.at("scenario");
  job.file = document.at("file");
  job.conditions.name = solution_scenario_name(job.scenario);
  job.conditions.time = document.at("time");
  job.conditions.starved_after_grants = document.at("starved_after_grants");
  job.conditions.waiting_writer = document.at("waiting_writer");
  job.conditions.steps_max = document.at("steps_max");
  job.reachable = document.at("reachable");
  if (!document.at("measured").is_null()) job.measured = read_measured(document.at("measured"));
  job.budget.executions = document.at("executions");
  job.budget.seconds = document.at("seconds");
  job.budget.seed = document.at("seed");
  job.corpus = document.at("corpus").get<std::string>();
  if (const std::string token = document.at("replay"); !token.empty()) job.replay = parse_token(token);
  job.replay_prefix = document.at("replay_prefix");
  job.style = document.at("style");
  job.result = document.at("result").get<std::string>();
  return job;
}

}  // namespace

std::optional<Concurrency> read_parallelism(const fs::path& plain_form) {
  const fs::path file = plain_form / "parallelism.json";
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  try {
    return read_measured(nlohmann::json::parse(read_text(file)));
  } catch (const nlohmann::json::exception& fault) {
    throw std::runtime_error(fmt::format("{} cannot be read ({}): install snag again", file.string(), fault.what()));
  }
}

ChildProcess start_plain_solution(const SolutionJob& job, const fs::path& output) {
  const fs::path file = job.result.string() + ".job";
  std::ofstream stream(file, std::ios::binary);
  stream << to_json(job).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  stream.close();
  if (!stream) throw std::runtime_error(fmt::format("cannot write {}", file.string()));
  // As for whole programs (launch.cpp): addresses are fixed where that is allowed, and functions looked up at once, since
  // what the loader notes of a function would be put back with the static variables.
  const auto become_program = [&] {
    setenv(variable, file.c_str(), 1);
    setenv("LD_BIND_NOW", "1", 1);
    personality(ADDR_NO_RANDOMIZE);
    execl(job.built.c_str(), job.built.c_str(), nullptr);
    return 127;
  };
  return ChildProcess::start(become_program, output);
}

bool is_started_by_check() { return std::getenv(variable) != nullptr; }

SolutionJob take_plain_job() {
  const fs::path file = std::getenv(variable);
  unsetenv(variable);
  try {
    return read_job(nlohmann::json::parse(read_text(file)));
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(
        fmt::format("{} is no job of `snag check` ({}): the command and the runtime are of two versions, install snag "
                    "again",
                    file.string(), error.what()));
  }
}

}  // namespace snag
