// Static variables of unmodified programs whose executions share a process: .data and .bss are copied when the first
// execution begins, and what has changed is put back when the next one does. That can be done for objects (the program,
// or a shared library) that hold nothing but instrumented code; each makes itself known when it is loaded. Where snag
// lies in the same object, its variables are among the program's, and nothing is put back.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace snag::instrument {

/// The static storage of all objects that have made themselves known.
class Statics {
 public:
  /// An object of instrumented code has been loaded: which one the next execution looks up. Allocates nothing.
  void note_object() { has_news_ = true; }
  /// An execution begins. The objects that are known must not have been unloaded. Throws UsageError for those that cannot
  /// be put back: shared libraries with thread_local variables.
  void begin();
  /// Whether the address lies in an object whose variables are put back.
  bool cover(const void* address) const;

 private:
  struct Object {
    std::byte* begin;
    std::byte* end;
  };
  struct Span {
    std::byte* begin;
    std::size_t size;
    std::vector<std::byte> before;  ///< empty: the pages are private copies of those of a file
  };
  void find_objects();
  void add(std::byte* begin, std::byte* end);
  void take_in(const Object& object);
  void keep(std::byte* begin, std::byte* end);
  static bool map_copy(const Span& span);

  std::array<Object, 64> objects_ = {};
  std::size_t objects_count_ = 0;
  std::size_t taken_in_ = 0;  ///< of these
  bool has_news_ = false;
  bool too_many_ = false;
  std::vector<Span> spans_;
};

/// The one of this process.
Statics& statics();

}  // namespace snag::instrument
