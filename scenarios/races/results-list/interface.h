// A list to which several threads add their results.
#pragma once

#include <snag/snag.h>

#include <memory>
#include <ostream>
#include <vector>

namespace solution {

/// A list of numbers. To add to it is to read where it ends, put the number there, and move the end, as std::vector and
/// Python's list do; snag shows it as one read of the list and one write.
struct List {
  std::vector<int> numbers;

  List& operator+=(int number) {
    numbers.push_back(number);
    return *this;
  }

  friend std::ostream& operator<<(std::ostream& stream, const List& list) {
    stream << '[';
    const char* comma = "";
    for (const int number : list.numbers) {
      stream << comma << number;
      comma = ", ";
    }
    return stream << ']';
  }
};

/// Collects results. Any thread may call any member at any time.
class Results {
 public:
  virtual ~Results() = default;
  /// Adds a result to the end of the list.
  virtual void add(int result) = 0;
  /// All results so far.
  virtual List all() = 0;
};

/// What a variant implements.
std::unique_ptr<Results> make_results();

}  // namespace solution
