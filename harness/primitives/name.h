// Names for reports.
#pragma once

#include <concepts>
#include <string_view>

namespace snag {

/// What can be given a name: every primitive of snag, and threads.
template <class Object>
concept Nameable = requires(Object& object, std::string_view text) {
  object.set_name(text);
};

/// Gives an object the name that reports show instead of "mutex#2", a thread one that they show beside "T2". Inside an
/// execution only.
template <Nameable Object>
void name(Object& object, std::string_view text) {
  object.set_name(text);
}

}  // namespace snag
