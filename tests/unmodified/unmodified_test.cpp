// The corpus: each program, built by the drivers around each compiler, is explored as its author would have it explored,
// by `snag run -- ./program`. Of a program with a bug every campaign must find it, and name it; of a right one none may
// find anything. How much is explored is for the clock of CI; SNAG_CORPUS=full (tests/long/unmodified) takes the
// promised number of executions and seeds.
#include "tests/support/child.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace snag::testing {
namespace {

namespace fs = std::filesystem;

/// One line of programs.json, built by one compiler.
struct Program {
  std::string name;
  std::string source;
  std::set<std::string> findings;  ///< the names under which its bug may be told; none: it is right
  std::string points;              ///< for --points; empty: the default will do
  std::string compiler;
};

void PrintTo(const Program& program, std::ostream* stream) { *stream << program.name << " by " << program.compiler; }

std::vector<std::string> compilers() {
  std::istringstream list(SNAG_CORPUS_COMPILERS);
  return {std::istream_iterator<std::string>(list), {}};
}

std::vector<Program> programs_by(const std::string& compiler) {
  std::ifstream stream(fs::path(SNAG_CORPUS_SOURCES) / "programs.json");
  std::vector<Program> programs;
  const nlohmann::json table = nlohmann::json::parse(stream);
  for (const nlohmann::json& line : table.at("programs"))
    programs.push_back({line.at("name"), line.at("source"), line.at("findings").get<std::set<std::string>>(),
                        line.value("points", ""), compiler});
  return programs;
}

enum class Kind { broken, right };

std::vector<Program> programs_that_are(Kind kind) {
  std::vector<Program> result;
  for (const std::string& compiler : compilers())
    for (const Program& program : programs_by(compiler))
      if (program.findings.empty() == (kind == Kind::right)) result.push_back(program);
  return result;
}

/// How much a campaign does.
struct Effort {
  int seeds;
  int executions_broken;  ///< at most: it ends with the first finding
  int executions_right;
  int processes;  ///< in which the same is done, to see that it is the same
};

Effort effort() {
  const char* const wanted = std::getenv("SNAG_CORPUS");
  if (wanted != nullptr && std::string(wanted) == "full")
    return {.seeds = 10, .executions_broken = 10'000, .executions_right = 10'000, .processes = 1'000};
  return {.seeds = 2, .executions_broken = 10'000, .executions_right = 500, .processes = 20};
}

/// The names of the findings that a file of --json tells of.
std::set<std::string> findings_in(const nlohmann::json& document) {
  std::set<std::string> names;
  if (document.is_object() && document.contains("bugs"))
    for (const nlohmann::json& bug : document.at("bugs")) names.insert(bug.at("finding").get<std::string>());
  if (document.is_structured())
    for (const nlohmann::json& part : document) names.merge(findings_in(part));
  return names;
}

/// What a campaign came to.
struct Outcome {
  int code;
  std::string out;
  std::set<std::string> findings;
};

class Corpus : public InFolder, public ::testing::WithParamInterface<Program> {
 protected:
  static std::string path(const Program& program) {
    return (fs::path(SNAG_CORPUS_PROGRAMS) / program.compiler / program.name).string();
  }

  Outcome explore(const Program& program, int seed, int executions) const {
    const std::string points = program.points.empty() ? "" : " --points " + program.points;
    const ChildOutcome child =
        shell("timeout 300 " SNAG_COMMAND " run --seed " + std::to_string(seed) + " --executions " +
              std::to_string(executions) + points + " --json result.json -- " + path(program));
    Outcome outcome{child.code, child.out, {}};
    const nlohmann::json document = nlohmann::json::parse(read("result.json"), nullptr, false);
    EXPECT_FALSE(document.is_discarded()) << child.out;
    outcome.findings = findings_in(document);
    EXPECT_LACKS(child.out, "inline assembly");  // there is none
    return outcome;
  }
};

class BrokenPrograms : public Corpus {};
class RightPrograms : public Corpus {};

TEST_P(BrokenPrograms, are_found_out_and_named_for_each_seed) {
  const Program& program = GetParam();
  for (int seed = 1; seed <= effort().seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Outcome outcome = explore(program, seed, effort().executions_broken);
    EXPECT_EQ(outcome.code, 1) << outcome.out;
    EXPECT_FALSE(outcome.findings.empty());
    for (const std::string& finding : outcome.findings)
      EXPECT_TRUE(program.findings.contains(finding)) << "it was told as " << finding << "\n" << outcome.out;
  }
}

TEST_P(RightPrograms, are_cleared_for_each_seed) {
  const Program& program = GetParam();
  for (int seed = 1; seed <= effort().seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Outcome outcome = explore(program, seed, effort().executions_right);
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    EXPECT_EQ(outcome.findings, std::set<std::string>{}) << outcome.out;
  }
}

TEST_P(RightPrograms, run_as_they_are_without_the_command) {
  for (int run = 0; run < 20; ++run) {
    const ChildOutcome outcome = shell("timeout 60 " + path(GetParam()));
    ASSERT_EQ(outcome.code, 0) << outcome.out;
  }
}

std::string name_of(const ::testing::TestParamInfo<Program>& info) {
  return info.param.name + "_" + info.param.compiler;
}

INSTANTIATE_TEST_SUITE_P(Corpus, BrokenPrograms, ::testing::ValuesIn(programs_that_are(Kind::broken)), name_of);
INSTANTIATE_TEST_SUITE_P(Corpus, RightPrograms, ::testing::ValuesIn(programs_that_are(Kind::right)), name_of);

class AnyPlace : public InFolder {};

// The command switches address randomisation off where it may. Here the program is started as the command starts it,
// but for that: each process has it elsewhere, and yet reports, tokens and digests of traces are the same.
TEST_F(AnyPlace, gives_the_same_executions_for_a_seed) {
  std::ifstream setting("/proc/sys/kernel/randomize_va_space");
  int randomised = 0;
  ASSERT_TRUE(setting >> randomised);
  ASSERT_NE(randomised, 0) << "switch it on, or this shows nothing: sysctl kernel.randomize_va_space=2";
  // None of these writes padding, in which parts of addresses may be left and be shown as a part of a value.
  for (const std::string name : {"account_unlocked", "semaphores_crossed", "barrier_one_missing"}) {
    const std::string program = (fs::path(SNAG_CORPUS_PROGRAMS) / compilers().front() / name).string();
    const nlohmann::json command = {
        {"arguments", {SNAG_COMMAND, "run", "--jobs", "0", "--strategy", "random", "--executions", "20", "--all"}},
        {"under_test", {program}}};
    // Standard output only: on a slow machine the other says every ten seconds how far it is.
    const ChildOutcome outcome =
        shell("export SNAG_COMMAND='" + command.dump() + "'; for run in $(seq " + std::to_string(effort().processes) +
              "); do timeout 60 " + program + " 2>errors.txt | tee last.txt | sha256sum; done | sort | uniq -c");
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1) << outcome.out;
    EXPECT_CONTAINS(read("last.txt"), "replay 1:" + name);
  }
}

class Runtime : public InFolder {};

// What is not exported stays with the C library, and nobody is told.
TEST_F(Runtime, exports_all_that_it_defines_for_programs) {
  const auto names = [&](const std::string& what) {
    const ChildOutcome outcome = shell("nm --defined-only " + what);
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    std::set<std::string> found;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string address, kind, name;
      if (!(words >> address >> kind >> name)) continue;
      const bool is_own = name.find("4snag") != std::string::npos;  // of our namespace
      if (std::string("TDBR").find(kind) != std::string::npos && !is_own) found.insert(name.substr(0, name.find('@')));
    }
    return found;
  };
  const std::set<std::string> defined = names("--extern-only " SNAG_INSTRUMENT_LIBRARY);
  const std::set<std::string> exported = names("--dynamic " SNAG_RUNTIME);
  EXPECT_TRUE(defined.contains("pthread_create"));
  for (const std::string& name : defined)
    EXPECT_TRUE(exported.contains(name)) << name << " is missing in harness/instrument/exported.map";
}

TEST(CorpusTable, lists_every_source_once) {
  std::vector<std::string> listed, there;
  for (const Program& program : programs_by("")) {
    listed.push_back(program.source);
    EXPECT_EQ(fs::path(program.source).stem(), program.name);
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(SNAG_CORPUS_SOURCES) / "programs"))
    there.push_back(entry.path().filename().string());
  std::sort(listed.begin(), listed.end());
  std::sort(there.begin(), there.end());
  EXPECT_EQ(listed, there);
}

TEST(CorpusTable, holds_both_languages_and_as_many_bugs_as_promised) {
  const std::vector<Program> all = programs_by("");
  const auto count = [&](auto is) { return std::count_if(all.begin(), all.end(), is); };
  EXPECT_GE(all.size(), 44U);
  EXPECT_GE(count([](const Program& program) { return program.findings.empty(); }), 22);
  EXPECT_GE(count([](const Program& program) { return !program.findings.empty(); }), 22);
  EXPECT_GE(count([](const Program& program) { return program.source.ends_with(".c"); }), 15);
  EXPECT_GE(count([](const Program& program) { return program.source.ends_with(".cpp"); }), 15);
}

TEST(CorpusSources, are_unmodified) {
  for (const Program& program : programs_by("")) {
    std::ifstream stream(fs::path(SNAG_CORPUS_SOURCES) / "programs" / program.source);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_CONTAINS(text, "int main(");
    for (const char* const foreign : {"snag", "tsan", "sleep"}) EXPECT_LACKS(text, foreign);
  }
}

}  // namespace
}  // namespace snag::testing
