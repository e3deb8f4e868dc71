// Processes that a check starts: their ends told apart, their output kept, and nothing of them left behind.
#include "harness/students/child_process.h"

#include "harness/students/build_solution.h"
#include "harness/students/temporary_folder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>

#include <unistd.h>

namespace snag {
namespace {

namespace fs = std::filesystem;

class Child : public ::testing::Test {
 protected:
  fs::path output() const { return folder_.path() / "output"; }

 private:
  TemporaryFolder folder_;
};

bool is_there(pid_t process) { return kill(process, 0) == 0; }

// Children of children are adopted by others, who may take a while to bury them.
bool is_gone_soon(pid_t process) {
  for (int i = 0; i < 1000 && is_there(process); ++i) usleep(10'000);
  return !is_there(process);
}

TEST_F(Child, a_programs_exit_code_and_output_are_known) {
  const Ended ended = ChildProcess::start({"sh", "-c", "echo out; echo err >&2; exit 7"}, output()).wait(60);
  EXPECT_EQ(ended.code, 7);
  EXPECT_EQ(ended.signal, 0);
  EXPECT_FALSE(ended.timed_out);
  EXPECT_EQ(read_text(output()), "out\nerr\n");
}

TEST_F(Child, a_function_runs_in_a_process_of_its_own) {
  int here = 1;
  const Ended ended = ChildProcess::start(
                          [&] {
                            here = 2;
                            std::puts("from the child");
                            std::fflush(stdout);
                            return 5;
                          },
                          output())
                          .wait(60);
  EXPECT_EQ(ended.code, 5);
  EXPECT_EQ(here, 1);
  EXPECT_EQ(read_text(output()), "from the child\n");
}

TEST_F(Child, the_signal_that_ended_it_is_known) {
  EXPECT_EQ(ChildProcess::start({"sh", "-c", "kill -TERM $$"}, output()).wait(60).signal, SIGTERM);
}

TEST_F(Child, a_program_that_is_not_there_is_an_error) {
  EXPECT_THROW(ChildProcess::start({"/no/such/compiler"}, output()), std::system_error);
}

TEST_F(Child, who_takes_too_long_is_ended_with_all_that_it_started) {
  const Ended ended = ChildProcess::start({"sh", "-c", "sleep 1000 & echo $!; wait"}, output()).wait(0.5);
  EXPECT_TRUE(ended.timed_out);
  EXPECT_TRUE(is_gone_soon(std::stoi(read_text(output()))));
}

TEST_F(Child, what_it_leaves_running_ends_with_it) {
  ChildProcess::start({"sh", "-c", "sleep 1000 & echo $!"}, output()).wait(60);
  EXPECT_TRUE(is_gone_soon(std::stoi(read_text(output()))));
}

TEST_F(Child, an_owner_that_goes_away_ends_it) {
  std::optional<ChildProcess> child(ChildProcess::start({"sh", "-c", "echo $$; exec sleep 1000"}, output()));
  std::string number;
  while (number.find('\n') == std::string::npos) number = read_text(output());
  child.reset();
  EXPECT_FALSE(is_there(std::stoi(number)));
}

TEST_F(Child, an_interrupt_is_noted_and_ends_the_wait) {
  const NotedInterrupts noted;
  ChildProcess child = ChildProcess::start({"sleep", "1000"}, output());
  std::raise(SIGINT);
  EXPECT_THROW(child.wait(60), Interrupted);
}

TEST_F(Child, afterwards_interrupts_have_their_usual_effect) {
  const auto interrupted = [] {
    { const NotedInterrupts noted; }
    std::raise(SIGINT);
    return 0;
  };
  EXPECT_EQ(ChildProcess::start(interrupted, output()).wait(60).signal, SIGINT);
}

TEST(TemporaryFolderTest, is_gone_with_all_that_is_in_it) {
  fs::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    fs::create_directories(path / "a" / "b");
    EXPECT_TRUE(fs::is_directory(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace snag
