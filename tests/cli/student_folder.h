// A student's folder: solutions of withdraw are written there, and checked by the command.
#pragma once

#include "tests/support/child.h"

#include <fstream>
#include <string>
#include <utility>

namespace snag::testing {

/// `members`: what the account has, unless a test says otherwise: written with snag's types or with the standard's.
class StudentFolder : public InFolder {
 protected:
  explicit StudentFolder(std::string members) : right_members(std::move(members)) {}

  ChildOutcome snag(const std::string& arguments) const { return shell(std::string(SNAG_COMMAND) + " " + arguments); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

  /// A solution of withdraw: what `withdraw` does, and what stands before the class.
  std::string account(const std::string& withdraw) const { return account(withdraw, right_members); }
  std::string account(const std::string& withdraw, const std::string& members, const std::string& before = "") const {
    return "#include \"interface.h\"\n"
           "#include <chrono>\n#include <cstdlib>\n#include <iostream>\n#include <mutex>\n#include <sstream>\n"
           "#include <stdexcept>\n#include <thread>\n#include <vector>\n#include <unistd.h>\n"
           "namespace solution {\nnamespace {\n" +
           before +
           "class Mine final : public Account {\n public:\n"
           "  explicit Mine(int opening) : balance_{opening} {}\n"
           "  bool withdraw(int amount) override {\n" +
           withdraw +
           "\n  }\n"
           "  int balance() override { return balance_; }\n private:\n" +
           members +
           "\n};\n}  // namespace\n"
           "std::unique_ptr<Account> make_account(int opening) { return std::make_unique<Mine>(opening); }\n"
           "}  // namespace solution\n";
  }
  ChildOutcome check(const std::string& solution, const std::string& flags = "") const {
    write("solution.cpp", solution);
    return snag("check withdraw solution.cpp " + flags);
  }

  const std::string right_members;
  static constexpr const char* right =
      "    std::lock_guard guard(mutex_);\n"
      "    if (balance_ < amount) return false;\n"
      "    balance_ -= amount;\n"
      "    return true;";
  static constexpr const char* wrong =
      "    if (balance_ < amount) return false;\n"
      "    balance_ -= amount;\n"
      "    return true;";
};

}  // namespace snag::testing
