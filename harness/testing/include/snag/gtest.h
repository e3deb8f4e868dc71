// snag inside GoogleTest. SNAG_TEST(Suite, Name) { ... } explores its body under a campaign and fails with the report
// of what it finds; EXPECT_THAT(body, snag::testing::HasNoFinding()) does so inside an ordinary TEST (EXPECT_THAT is
// <gmock/gmock.h>'s). docs/gtest.md tells the rest.
#pragma once

#include "harness/testing/gtest_explore.h"
#include "harness/testing/gtest_matchers.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

/// SNAG_TEST(Suite, Name) { body }: a TEST whose body runs as T0 under many interleavings. Options may follow the name:
/// SNAG_TEST(Suite, Name, .strategy = "exhaustive", .bound = 2) { body }. They are those of snag::testing::Options.
#define SNAG_TEST(suite, ...) SNAG_TEST_WITH_OPTIONS_(suite, __VA_ARGS__, )

/// SNAG_TEST_F(Fixture, Name) { body }: the same for a TEST_F. Each execution has a fixture of its own, made, set up and
/// torn down inside it, so the fixture may hold mutexes and shared variables of snag's.
#define SNAG_TEST_F(fixture, ...) SNAG_TEST_F_WITH_OPTIONS_(fixture, __VA_ARGS__, )

#define SNAG_TEST_WITH_OPTIONS_(suite, name, ...)                                                              \
  static void snag_body_of_##suite##_##name();                                                                 \
  TEST(suite, name) {                                                                                          \
    ::snag::testing::run_test(&snag_body_of_##suite##_##name, ::snag::testing::Options{__VA_ARGS__}, __FILE__, \
                              __LINE__);                                                                       \
  }                                                                                                            \
  static void snag_body_of_##suite##_##name()

#define SNAG_TEST_F_WITH_OPTIONS_(fixture, name, ...)                                                         \
  class fixture##_##name##_SnagBody : public fixture {                                                        \
   public:                                                                                                    \
    void TestBody() override;                                                                                 \
  };                                                                                                          \
  class fixture##_##name##_SnagTest : public ::testing::Test {                                                \
    void TestBody() override {                                                                                \
      ::snag::testing::run_test(&::snag::testing::run_fixture<fixture##_##name##_SnagBody>,                   \
                                ::snag::testing::Options{__VA_ARGS__}, __FILE__, __LINE__);                   \
    }                                                                                                         \
  };                                                                                                          \
  [[maybe_unused]] static ::testing::TestInfo* const snag_info_of_##fixture##_##name =                        \
      ::snag::testing::register_with_fixture<fixture, fixture##_##name##_SnagTest>(#fixture, #name, __FILE__, \
                                                                                   __LINE__);                 \
  void fixture##_##name##_SnagBody::TestBody()
