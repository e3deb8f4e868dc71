// Names of functions as compilers and debug information give them.
#include "harness/campaign/symbols.h"

#include <gtest/gtest.h>

namespace snag {
namespace {

TEST(FunctionName, is_the_last_part_of_a_signature) {
  EXPECT_EQ(function_name("withdraw"), "withdraw");
  EXPECT_EQ(function_name("withdraw(int)"), "withdraw");
  EXPECT_EQ(function_name("solution::(anonymous namespace)::Mine::withdraw(int)"), "withdraw");
  EXPECT_EQ(function_name("bank::Account::balance() const"), "balance");
  EXPECT_EQ(function_name("bank::Account::~Account()"), "~Account");
}

TEST(FunctionName, keeps_what_belongs_to_templates_and_operators) {
  EXPECT_EQ(function_name("void bank::move<int, std::pair<int, char> >(int)"), "move<int, std::pair<int, char> >");
  EXPECT_EQ(function_name("Money::operator<(Money const&) const"), "operator<");
  EXPECT_EQ(function_name("Money::operator()(int)"), "operator()");
  EXPECT_EQ(function_name("Money::operator bool() const"), "operator bool");
  EXPECT_EQ(function_name("bank::operators()"), "operators");
}

TEST(QualifiedName, has_the_scope_and_neither_result_nor_parameters) {
  EXPECT_EQ(qualified_name("withdraw"), "withdraw");
  EXPECT_EQ(qualified_name("Account::withdraw(int)"), "Account::withdraw");
  EXPECT_EQ(qualified_name("bank::Account::balance() const"), "bank::Account::balance");
  EXPECT_EQ(qualified_name("solution::(anonymous namespace)::Mine::withdraw(int)"),
            "solution::(anonymous namespace)::Mine::withdraw");
  EXPECT_EQ(qualified_name("void bank::Queue<int>::push<long>(long)"), "bank::Queue<int>::push<long>");
  EXPECT_EQ(qualified_name("Money::operator()(int)"), "Money::operator()");
}

TEST(FunctionName, of_a_lambda_is_its_call) {
  EXPECT_EQ(function_name("scenario()::{lambda()#1}::operator()() const"), "operator()");
  EXPECT_EQ(function_name("scenario()::$_0::operator()() const"), "operator()");
}

TEST(FunctionName, of_something_inside_a_function_is_its_own) {
  EXPECT_EQ(function_name("scenario()::Local::run(void (*)(int))"), "run");
}

}  // namespace
}  // namespace snag
