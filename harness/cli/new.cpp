// `new`: a folder for a student to work in.
#include "harness/cli/commands.h"
#include "harness/cli/family.h"
#include "harness/cli/output.h"
#include "harness/cli/replay_line.h"
#include "harness/execution/execution.h"
#include "harness/students/installation.h"
#include "harness/students/working_folder.h"

#include <fmt/format.h>

#include <algorithm>

namespace snag {

namespace {

struct Chosen {
  Family family;
  Scenario variant;  // to begin with
};

// "withdraw", "races/withdraw" or, where there are several broken ones, "bounded-buffer/broken_one_condition".
Chosen choose(const std::vector<Scenario>& catalogue, const std::string& name) {
  const auto exact = std::ranges::find(catalogue, name, &Scenario::name);
  if (exact == catalogue.end()) {
    Family family = exercise_of(catalogue, name);
    if (family.broken.empty())
      throw UsageError(
          fmt::format("{} is a look-alike: all of its variants are right, and there is nothing to mend; choose another "
                      "scenario (`list` names all of them)",
                      family.name));
    return {family, family.broken.front()};
  }
  Family family = exercise_of(catalogue, name.substr(0, name.find('/')));
  if (exact->expected.empty())
    throw UsageError(fmt::format("{} is a right variant: a working folder begins with a broken one; say `new {}`", name,
                                 family.name));
  return {family, *exact};
}

}  // namespace

std::string callable_program(const std::string& called_as) {
  return called_as.find('/') == std::string::npos ? called_as : running_program().string();
}

int new_command(const std::vector<Scenario>& catalogue, const std::string& name, const std::string& folder,
                SolutionKind kind, const std::string& program) {
  const Installation installation = find_installation();  // else the scenarios are not those of the suite
  const Chosen chosen = choose(catalogue, name);
  const std::filesystem::path scenario = installation.scenarios / chosen.family.group / chosen.family.name;
  const std::string broken = variant_of(chosen.variant) + ".cpp";
  const std::filesystem::path form = kind == SolutionKind::plain ? plain_form_of(scenario) : scenario;
  if (!std::filesystem::exists(form / broken))
    throw UsageError(
        fmt::format("{} has no form in plain C++: leave out --plain, or choose another one (those with a "
                    "folder plain/ in {})",
                    chosen.variant.name, installation.scenarios.string()));
  const std::string check =
      fmt::format("{} check {} ", quoted_for_shell(callable_program(program)), chosen.family.name);
  try {
    make_working_folder(folder, {.scenario = scenario,
                                 .name = chosen.family.name,
                                 .summary = chosen.variant.summary,
                                 .broken = broken,
                                 .check_command = check + solution_name,
                                 .kind = kind});
  } catch (const WorkingFolderError& error) { throw UsageError(error.what()); }
  const std::string file = (std::filesystem::path(folder) / solution_name).string();
  write_out(fmt::format("{0}: {1}\n\nRead   {2}/lesson.md and {2}/interface.h\nEdit   {3}\nCheck  {4}{5}\n",
                        chosen.family.name, chosen.variant.summary, folder, file, check, quoted_for_shell(file)));
  return exit_clean;
}

}  // namespace snag
