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

void Names::reset(const NameTable& table) {
  *this = {};
  for (const Creation& creation : table.threads) thread_of(creation);
  for (const Creation& creation : table.objects) object_of(creation);
}

std::uint16_t Names::thread_of(const Creation& creation) {
  const bool is_body = creation.creator == no_thread;
  if (is_body && !identities_.empty()) return 0;
  if (!is_body) {
    std::vector<std::uint16_t>& siblings = creations_[creation.creator].threads;
    if (siblings.size() <= creation.nth) siblings.resize(creation.nth + 1, no_thread);
    if (siblings[creation.nth] != no_thread) return siblings[creation.nth];
    siblings[creation.nth] = static_cast<std::uint16_t>(identities_.size());
  }
  identities_.push_back(is_body ? identity_of_body
                                : child_identity(identities_[creation.creator], creation.nth, salt_of_threads));
  indices_.push_back(no_thread);
  creations_.emplace_back();
  table_.threads.push_back(creation);
  return static_cast<std::uint16_t>(identities_.size() - 1);
}

Name Names::object_of(const Creation& creation) {
  std::vector<Name>& creations = creations_[creation.creator].objects;
  if (creations.size() <= creation.nth) creations.resize(creation.nth + 1, 0);
  Name& name = creations[creation.nth];
  if (name == 0) {
    table_.objects.push_back(creation);
    name = budget + static_cast<Name>(table_.objects.size());
  }
  return name;
}

void Names::name_next_thread() {
  const auto index = static_cast<ThreadIndex>(threads_.size());
  const ThreadInfo& info = trace_->threads[index];
  const std::uint16_t creator = info.parent == no_thread ? no_thread : threads_[info.parent];
  threads_.push_back(thread_of({creator, info.nth}));
  indices_[threads_.back()] = index;
}

void Names::name_next_object() {
  const ObjectInfo& info = trace_->objects[objects_.size()];
  objects_.push_back(object_of({thread(info.creator), info.nth}));
}

}  // namespace snag::dpor
