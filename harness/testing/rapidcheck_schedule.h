// A schedule as a value of RapidCheck's: generated, shown, and shrunk towards fewer and earlier switches. Any list of
// numbers is a schedule of any program (see harness/strategies/listed.h), so shrinking never leaves what makes sense.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <utility>
#include <vector>

namespace snag::rapidcheck {

/// Answers for the choices of one execution, in order: 0 lets the thread that runs go on, k > 0 switches to the kth of
/// the others, counted round; after the end all are 0. A choice between values takes the number modulo their count.
struct Schedule {
  std::vector<std::uint32_t> choices = {};

  bool operator==(const Schedule&) const = default;
};

/// "switch at choice 4 (1), 9 (2)", or "no switch".
inline std::ostream& operator<<(std::ostream& stream, const Schedule& schedule) {
  bool any = false;
  for (std::size_t i = 0; i < schedule.choices.size(); ++i) {
    if (schedule.choices[i] == 0) continue;
    stream << (any ? ", " : "switch at choice ") << i + 1 << " (" << schedule.choices[i] << ')';
    any = true;
  }
  if (!any) stream << "no switch";
  return stream;
}

/// The same schedule, without zeros at its end.
inline Schedule trimmed(std::vector<std::uint32_t> choices) {
  while (!choices.empty() && choices.back() == 0) choices.pop_back();
  return {std::move(choices)};
}

/// Smaller schedules: fewer switches first, then earlier ones, then the first of the others. Each has fewer switches,
/// or as many and is shorter, or as long with smaller numbers, so that shrinking comes to an end.
inline std::vector<Schedule> smaller(const Schedule& schedule) {
  const std::vector<std::uint32_t>& choices = schedule.choices;
  std::vector<std::size_t> switches;
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (choices[i] != 0) switches.push_back(i);
  std::vector<Schedule> found;
  const auto at = [&](std::size_t i) { return choices.begin() + static_cast<std::ptrdiff_t>(i); };
  // Only the first so many switches: none, half of them, three quarters, ...
  for (std::size_t dropped = switches.size(); dropped > 0; dropped /= 2)
    found.push_back(trimmed({choices.begin(), at(switches[switches.size() - dropped])}));
  // All but one.
  for (const std::size_t position : switches) {
    std::vector<std::uint32_t> less = choices;
    less[position] = 0;
    found.push_back(trimmed(std::move(less)));
  }
  // Earlier: without the zeros before one, half of them, ..., one of them.
  std::size_t begin = 0;
  for (const std::size_t position : switches) {
    for (std::size_t dropped = position - begin; dropped > 0; dropped /= 2) {
      std::vector<std::uint32_t> less(choices.begin(), at(begin));
      less.insert(less.end(), at(begin + dropped), choices.end());
      found.push_back({std::move(less)});
    }
    begin = position + 1;
  }
  // Smaller numbers: the smallest, then ever nearer ones.
  for (const std::size_t position : switches) {
    const std::uint32_t present = choices[position];
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 1; number < std::min(present, 4U); ++number) numbers.push_back(number);
    for (std::uint32_t less = present / 2; less > 0; less /= 2)
      if (present - less > 3) numbers.push_back(present - less);
    for (const std::uint32_t number : numbers) {
      found.push_back(schedule);
      found.back().choices[position] = number;
    }
  }
  return found;
}

/// Schedules of up to a few hundred choices, growing with RapidCheck's size, from one switch in two choices to one in
/// sixteen: some bugs need many switches, others long runs of one thread.
inline ::rc::Gen<Schedule> schedules() {
  namespace gen = ::rc::gen;
  const auto of_size = [](int size) {
    return gen::mapcat(gen::element<std::size_t>(2, 4, 8, 16), [size](std::size_t one_in) {
      const auto another = gen::weightedOneOf<std::uint32_t>(
          {{9, gen::inRange<std::uint32_t>(1, 4)}, {1, gen::inRange<std::uint32_t>(1, 1000)}});
      const auto choice = gen::weightedOneOf<std::uint32_t>({{one_in - 1, gen::just<std::uint32_t>(0)}, {1, another}});
      return gen::resize(8 + 3 * size, gen::container<std::vector<std::uint32_t>>(choice));
    });
  };
  return gen::shrink(
      gen::noShrink(gen::map(gen::withSize(of_size),
                             [](std::vector<std::uint32_t> choices) { return trimmed(std::move(choices)); })),
      [](const Schedule& schedule) { return ::rc::seq::fromContainer(smaller(schedule)); });
}

}  // namespace snag::rapidcheck

template <>
struct rc::Arbitrary<snag::rapidcheck::Schedule> {
  static Gen<snag::rapidcheck::Schedule> arbitrary() { return snag::rapidcheck::schedules(); }
};
