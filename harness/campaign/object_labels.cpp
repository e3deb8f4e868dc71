#include "harness/campaign/object_labels.h"

#include "harness/execution/front_end.h"
#include "harness/trace/lasting_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

namespace snag {

namespace {

// Objects that would bear the same name: those of several threads are told apart by the thread, calls within one thread
// by their number, from the outermost on, and parts of one variable by the bytes that lie before them.
void tell_apart(std::map<ObjectIndex, std::string>& names, const std::map<ObjectIndex, std::int64_t>& frames,
                const Trace& trace) {
  std::map<std::string, std::vector<ObjectIndex>> by_name;
  for (const auto& [object, name] : names) by_name[name].push_back(object);
  for (auto& [name, objects] : by_name) {
    if (objects.size() == 1) continue;
    std::map<ThreadIndex, std::map<std::int64_t, std::vector<ObjectIndex>>> by_frame;  // the outermost first
    for (const ObjectIndex object : objects)
      by_frame[trace.objects[object].creator][frames.at(object)].push_back(object);
    for (auto& [thread, calls] : by_frame) {
      std::size_t number = 0;
      for (auto& [frame, parts] : calls) {
        ++number;
        const auto nth = [&](ObjectIndex object) { return trace.objects[object].nth; };  // falls with the address
        const std::uint32_t first = nth(*std::ranges::max_element(parts, {}, nth));
        for (const ObjectIndex object : parts) {
          std::string& own = names[object];
          if (first != nth(object)) own += fmt::format(" + {}", first - nth(object));
          if (by_frame.size() > 1) own += fmt::format(" of T{}", thread);
          if (calls.size() > 1) own += fmt::format(" (call {})", number);
        }
      }
    }
  }
}

bool is_of_a_finding(ObjectIndex object, const Findings& findings) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return std::ranges::find(finding.objects, object) != finding.objects.end();
  });
}

}  // namespace

void ObjectLabels::publish(ThreadIndex thread, std::vector<StackFrame> stack) {
  if (thread >= stacks_.size()) stacks_.resize(thread + std::size_t{1});
  stacks_[thread] = std::move(stack);
}

void ObjectLabels::record(const Event& event) {
  const Scenario* const scenario = execution_.scenario();
  if (scenario == nullptr || scenario->front_end == nullptr || scenario->front_end->whereabouts == nullptr) return;
  look_at(event.operation.object, event);
  look_at(event.operation.second, event);
}

void ObjectLabels::look_at(ObjectIndex object, const Event& event) {
  if (object == no_object) return;
  const ObjectInfo& info = execution_.object(object);
  const Whereabouts where = execution_.scenario()->front_end->whereabouts(execution_, info);
  if (where.block != no_object) {
    const InBlock seen{where.block, where.offset, where.in_block, event.thread};
    InBlock& known = in_blocks_.try_emplace(object, seen).first->second;
    known.is_shared = known.is_shared || event.thread != known.first;
    copy_frames(known, event);
  }
  if (where.on_stack == nullptr || info.creator >= stacks_.size()) return;
  // Whoever else runs, the owner stands where it has last published something.
  if (const auto byte = find_frame(stacks_[info.creator], where.on_stack))
    on_stacks_[object].push_back({*byte, event.step, event.thread == info.creator});
}

// Those of the function that does it, and of some that called it: what a library does it does with members of its own.
void ObjectLabels::copy_frames(InBlock& known, const Event& event) const {
  constexpr std::size_t places_max = 8;
  constexpr std::size_t frames_max = 5;
  const void* const place = event.operation.place;
  if (known.frames.size() >= places_max || known.frames.contains(place) || event.thread >= stacks_.size()) return;
  const std::vector<StackFrame>& stack = stacks_[event.thread];
  const auto own = std::ranges::find(stack, place, &StackFrame::place);
  const auto first = static_cast<std::size_t>(own - stack.begin());
  std::vector<FrameCopy>& frames = known.frames[place];
  for (std::size_t nth = first; nth < std::min(stack.size(), first + frames_max); ++nth)
    if (std::optional<FrameCopy> frame = copy_frame(stack, nth)) frames.push_back(std::move(*frame));
}

// The one that all agree on who tell one.
std::string ObjectLabels::member_name(const InBlock& where) {
  std::set<std::string> names;
  for (const auto& [place, frames] : where.frames)
    for (const FrameCopy& frame : frames)
      if (std::string name = name_by_pointers(frame, where.address); !name.empty()) {
        names.insert(std::move(name));
        break;
      }
  return names.size() == 1 ? *names.begin() : std::string();
}

std::vector<std::string> ObjectLabels::labels(const Findings& findings) const {
  const Trace& trace = execution_.trace();
  std::map<ObjectIndex, std::string> names;
  std::map<ObjectIndex, std::int64_t> frames;
  for (const auto& [object, sightings] : on_stacks_) {
    std::string name = local_name(object, sightings, findings);
    if (name.empty()) continue;
    names[object] = std::move(name);
    // How far the frame begins from the end of the stack, since the object's number is how far the object does.
    frames[object] = sightings.front().byte.from_frame + std::int64_t{trace.objects[object].nth};
  }
  tell_apart(names, frames, trace);
  const std::vector<std::string> lasting = in_blocks_.empty() ? std::vector<std::string>() : lasting_names(trace);
  for (const auto& [object, where] : in_blocks_) {
    const std::string& block = lasting[where.block];
    const bool is_shown = where.is_shared || is_of_a_finding(object, findings);
    const std::string member = is_shown ? member_name(where) : std::string();
    names[object] =
        member.empty() ? fmt::format("{} + {}", block, where.offset) : fmt::format("{} in {}", member, block);
  }
  std::vector<std::string> labels;
  if (!names.empty()) labels.resize(trace.objects.size());
  for (auto& [object, name] : names)
    if (trace.objects[object].name.empty()) labels[object] = std::move(name);
  return labels;
}

std::string ObjectLabels::local_name(ObjectIndex object, const std::vector<Sighting>& sightings,
                                     const Findings& findings) const {
  const bool is_found = is_of_a_finding(object, findings);
  const auto is_told_of = [&](const Sighting& sighting) {
    return std::ranges::any_of(findings, [&](const Finding& finding) {
      return std::ranges::find(finding.steps, sighting.step) != finding.steps.end();
    });
  };
  const auto by_another = [](const Sighting& sighting) { return !sighting.by_owner; };
  const auto any = [](const Sighting&) { return true; };
  std::set<FrameByte> bytes;
  const auto take = [&](const auto& wanted) {
    if (!bytes.empty()) return;
    for (const Sighting& sighting : sightings)
      if (wanted(sighting)) bytes.insert(sighting.byte);
  };
  take(is_told_of);
  take(by_another);
  // Nobody is shown what a thread does with variables of its own.
  if (is_found || execution_.object(object).kind != ObjectKind::variable) take(any);
  std::set<std::string> names;
  for (const FrameByte& byte : bytes) names.insert(local_variable_name(byte));
  return names.size() == 1 ? *names.begin() : std::string();
}

}  // namespace snag
