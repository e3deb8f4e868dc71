#include "harness/strategies/dpor_names.h"

#include "harness/trace/identity.h"

namespace snag::dpor {

static_assert(clock_place - clock_place == Names::clock && clock_place - lives_place == Names::lives &&
              clock_place - budget_place == Names::budget);

void Names::begin(const Trace& trace) {
  trace_ = &trace;
  threads_.clear();
  objects_.clear();
  indices_.assign(indices_.size(), no_thread);
}

void Names::name_next_thread() {
  const auto index = static_cast<ThreadIndex>(threads_.size());
  const ThreadInfo& info = trace_->threads[index];
  std::uint16_t* name = nullptr;
  std::uint16_t body = 0;
  if (info.parent == no_thread) {
    if (identities_.empty()) body = no_thread;
    name = &body;
  } else {
    std::vector<std::uint16_t>& siblings = creations_[threads_[info.parent]].threads;
    if (siblings.size() <= info.nth) siblings.resize(info.nth + 1, no_thread);
    name = &siblings[info.nth];
  }
  if (*name == no_thread) {
    *name = static_cast<std::uint16_t>(identities_.size());
    const std::uint64_t identity = info.parent == no_thread
                                       ? identity_of_body
                                       : child_identity(identities_[threads_[info.parent]], info.nth, salt_of_threads);
    identities_.push_back(identity);
    indices_.push_back(no_thread);
    const std::uint16_t given = *name;  // the reference dies with the next line
    creations_.emplace_back();
    threads_.push_back(given);
  } else {
    threads_.push_back(*name);
  }
  indices_[threads_.back()] = index;
}

void Names::name_next_object() {
  const ObjectInfo& info = trace_->objects[objects_.size()];
  std::vector<Name>& creations = creations_[thread(info.creator)].objects;
  if (creations.size() <= info.nth) creations.resize(info.nth + 1, 0);
  if (creations[info.nth] == 0) creations[info.nth] = next_object_++;
  objects_.push_back(creations[info.nth]);
}

}  // namespace snag::dpor
