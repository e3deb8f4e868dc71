// The two kinds of solutions: written with snag's types, or in plain standard C++, which is instrumented by the compiler.
// Nobody has to say which it is: a solution that names nothing of snag is plain.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace snag {

enum class SolutionKind : std::uint8_t { typed, plain };

/// Of a source file by its text: typed if `snag` stands in it as a word or in an include line, comments and literals aside.
SolutionKind kind_of_solution(std::string_view text);

/// Where the plain form of a scenario lies, if it has one: interface.h, driver.cpp and variants in standard C++.
std::filesystem::path plain_form_of(const std::filesystem::path& scenario);
/// Whether it has one.
bool has_plain_form(const std::filesystem::path& scenario);

}  // namespace snag
