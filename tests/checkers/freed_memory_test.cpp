// The checker of freed memory on hand-built traces: what is touched, freed twice or freed wrongly is told with who
// allocated and who freed it; right use is silent.
#include "checkers/freed_memory.h"
#include "tests/checkers/trace_builder.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

class FreedMemory : public testing::Test {
 protected:
  Finding only() {
    const Findings findings = run(checker, trace.trace());
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? Finding{} : findings.front();
  }
  std::string sentence() { return text_of(trace.trace(), only().sentence); }

  TraceBuilder trace;
  FreedMemoryChecker checker;
  ThreadIndex t0 = trace.thread();
  ThreadIndex t1 = trace.start();
  ThreadIndex t2 = trace.start();
  ObjectIndex block = trace.object(ObjectKind::block, "node");
};

TEST_F(FreedMemory, block_that_is_freed_once_and_not_touched_again_is_no_finding) {
  trace.allocate(t1, block, 24);
  trace.free(t2, block);
  EXPECT_TRUE(run(checker, trace.trace()).empty());
}

TEST_F(FreedMemory, read_of_a_freed_block_is_told_with_who_allocated_and_who_freed_it) {
  const Step allocation = trace.at(3).allocate(t1, block, 24);
  const Step freed = trace.at(5).free(t2, block);
  const Step touched = trace.at(9).touch_freed(t1, block, 8, 0);
  const Finding finding = only();
  EXPECT_EQ(finding.checker, "use-after-free");
  EXPECT_EQ(finding.certainty, Certainty::happened);
  EXPECT_TRUE(finding.stops_execution);
  EXPECT_EQ(finding.step, touched);
  EXPECT_EQ(finding.steps, (std::vector<Step>{allocation, freed, touched}));
  EXPECT_EQ(finding.threads, (std::vector<ThreadIndex>{t1, t2}));
  EXPECT_EQ(finding.objects, (std::vector<ObjectIndex>{block}));
  EXPECT_EQ(sentence(),
            "T1 read from node (24 bytes, allocated by T1 at :3), byte 8 of it, at :9 after T2 had freed it at :5");
}

TEST_F(FreedMemory, write_to_a_block_that_the_thread_freed_itself) {
  trace.at(3).allocate(t1, block, 24);
  trace.at(5).free(t1, block);
  trace.at(9).touch_freed(t1, block, 0, 1);
  EXPECT_EQ(only().threads, (std::vector<ThreadIndex>{t1}));
  EXPECT_EQ(sentence(),
            "T1 wrote to node (24 bytes, allocated by T1 at :3), byte 0 of it, at :9 after T1 had freed it at :5");
}

TEST_F(FreedMemory, second_free_is_a_double_free) {
  trace.at(3).allocate(t1, block, 24);
  const Step first = trace.at(5).free(t1, block);
  const Step second = trace.at(9).fails().free(t2, block);
  const Finding finding = only();
  EXPECT_EQ(finding.checker, "double-free");
  EXPECT_EQ(finding.steps, (std::vector<Step>{first - 1, first, second}));
  EXPECT_EQ(sentence(), "T2 freed node (24 bytes, allocated by T1 at :3) at :9 after T1 had freed it at :5");
}

TEST_F(FreedMemory, free_of_an_address_in_the_middle_is_an_invalid_free) {
  trace.at(3).allocate(t1, block, 24);
  trace.at(9).fails().free(t1, block, 16);
  EXPECT_EQ(only().checker, "invalid-free");
  EXPECT_EQ(sentence(), "T1 freed, at :9, an address 16 bytes into node (24 bytes, allocated by T1 at :3)");
}

TEST_F(FreedMemory, free_of_what_nobody_allocated_is_an_invalid_free_without_a_block) {
  trace.at(9).fails().free(t1, no_object);
  const Finding finding = only();
  EXPECT_EQ(finding.checker, "invalid-free");
  EXPECT_TRUE(finding.objects.empty());
  EXPECT_EQ(sentence(), "T1 freed, at :9, an address that no allocation gave");
}

}  // namespace
}  // namespace snag
