#include "harness/campaign/coverage.h"

#include "harness/trace/dependence.h"
#include "harness/trace/identity.h"

#include <algorithm>
#include <utility>

namespace snag {

namespace {

// Bits of a behaviour.
constexpr std::uint64_t seen = 1;
constexpr std::uint64_t once = 2;  // by an independent execution, and by no other

constexpr std::uint64_t independent_bit = 1;  // of CoverageSample::behaviours

// In which executions races are looked for: clocks cost as much as a checker.
bool looks_for_races(std::uint64_t number) { return number < 64 || number % 16 == 0; }

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29);
}

// Objects, and the three places that are none.
std::size_t index_of(ObjectIndex place, std::size_t objects) {
  switch (place) {
    case clock_place: return objects;
    case lives_place: return objects + 1;
    case budget_place: return objects + 2;
    default: return place;
  }
}

bool has_value(ObjectKind kind) { return kind == ObjectKind::variable || kind == ObjectKind::atomic; }

struct ValueAccess {
  bool reads, writes;
};
ValueAccess value_access(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::read:
    case OperationKind::load: return {true, false};
    case OperationKind::write:
    case OperationKind::store: return {false, true};
    case OperationKind::read_modify_write: return {true, true};
    case OperationKind::compare_exchange: return {true, event.success};
    default: return {false, false};
  }
}

// Accesses that race with each other: to values, and takings of locks.
enum class Racing : std::uint8_t { no, read, write };
Racing racing(const Event& event) {
  switch (event.operation.kind) {
    case OperationKind::lock:
    case OperationKind::try_lock: return event.success ? Racing::write : Racing::no;
    case OperationKind::lock_shared:
    case OperationKind::try_lock_shared: return event.success ? Racing::read : Racing::no;
    default: break;
  }
  const ValueAccess access = value_access(event);
  if (access.writes) return Racing::write;
  return access.reads ? Racing::read : Racing::no;
}

}  // namespace

// ---- Digests ---------------------------------------------------------------------------------------------------

std::uint64_t& DigestSet::operator[](std::uint64_t digest) {
  if (2 * size_ >= slots_.size()) grow();
  digest &= ~bits;
  if (digest == 0) digest = bits + 1;
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = (digest >> 20) & mask;
  while (slots_[at] != 0 && (slots_[at] & ~bits) != digest) at = (at + 1) & mask;
  if (slots_[at] == 0) {
    slots_[at] = digest;
    ++size_;
  }
  return slots_[at];
}

void DigestSet::grow() {
  const std::vector<std::uint64_t> old =
      std::exchange(slots_, std::vector<std::uint64_t>(std::max<std::size_t>(64, 2 * slots_.size())));
  size_ = 0;
  for (const std::uint64_t slot : old)
    if (slot != 0) (*this)[slot] |= slot & bits;
}

std::uint64_t BehaviourDigest::of(const Trace& trace) {
  const std::size_t objects = trace.objects.size();
  threads_.resize(trace.threads.size());
  for (std::size_t i = 0; i < trace.threads.size(); ++i) {
    const ThreadInfo& info = trace.threads[i];
    threads_[i] =
        info.parent == no_thread ? identity_of_body : child_identity(threads_[info.parent], info.nth, salt_of_threads);
  }
  objects_.resize(objects);
  for (std::size_t i = 0; i < objects; ++i)
    objects_[i] = child_identity(threads_[trace.objects[i].creator], trace.objects[i].nth,
                                 2 + static_cast<std::uint64_t>(trace.objects[i].kind));
  counts_.assign(trace.threads.size(), 0);
  places_.assign(objects + 3, {});
  std::uint64_t sum = 0;
  for (const Event& event : trace.events) {
    if (event.phase != Phase::done) continue;
    const Operation& operation = event.operation;
    const std::uint64_t name = mix(threads_[event.thread], ++counts_[event.thread]);
    std::uint64_t hash = mix(name, (static_cast<std::uint64_t>(operation.kind) << 1) + (event.success ? 1U : 0U));
    if (operation.kind == OperationKind::choose) hash = mix(hash, event.after);
    if (operation.kind == OperationKind::notify_one && operation.target != no_thread)
      hash = mix(hash, threads_[operation.target]);
    for (const Access& access : accesses_of(operation)) {
      const std::size_t index = index_of(access.place, objects);
      Place& place = places_[index];
      hash = mix(hash, index < objects ? objects_[index] : access.place);
      hash = mix(hash, place.write);
      if (access.write) {
        hash = mix(hash, place.reads);
        place = {name, 0};
      } else {
        place.reads += name;
      }
    }
    sum += mix(hash, 1);
  }
  return mix(sum, trace.threads.size());
}

// ---- One job ---------------------------------------------------------------------------------------------------

CoverageSample CoverageProbe::take() {
  pairs_seen_ = {};
  return std::exchange(sample_, {});
}

void CoverageProbe::add(const Trace& trace, std::uint64_t number, bool independent) {
  if (sample_.behaviours.size() < Coverage::behaviours_max)
    sample_.behaviours.push_back((digest_.of(trace) & ~independent_bit) | (independent ? independent_bit : 0));
  add_reads(trace);
  if (looks_for_races(number)) add_races(trace);
}

void CoverageProbe::add_reads(const Trace& trace) {
  written_at_.assign(trace.objects.size(), nullptr);
  for (const Event& event : trace.events) {
    const ObjectIndex object = event.operation.object;
    if (event.phase != Phase::done || object == no_object || !has_value(trace.objects[object].kind)) continue;
    const ValueAccess access = value_access(event);
    if (access.reads) {
      const CoverageSample::Places pair{written_at_[object], event.operation.place};
      std::uint64_t& known = pairs_seen_[mix(mix(1, reinterpret_cast<std::uintptr_t>(pair.first)),
                                             reinterpret_cast<std::uintptr_t>(pair.second))];
      if ((known & seen) == 0) sample_.reads_from.push_back(pair);
      known |= seen;
    }
    if (access.writes) written_at_[object] = event.operation.place;
  }
}

void CoverageProbe::add_races(const Trace& trace) {
  clocks_.begin();
  accesses_.resize(std::max(accesses_.size(), trace.objects.size()));
  for (auto& accesses : accesses_) accesses.clear();
  before_.assign(trace.threads.size(), {});
  for (const Event& event : trace.events) {
    clocks_.observe(event);
    if (event.phase != Phase::done) continue;
    const ObjectIndex object = event.operation.object;
    const Racing kind = object == no_object ? Racing::no : racing(event);
    if (kind != Racing::no) {
      std::vector<Access>& accesses = accesses_[object];
      const bool writes = kind == Racing::write;
      for (const Access& earlier : accesses) {
        if (earlier.epoch.thread == event.thread || (!earlier.write && !writes)) continue;
        if (before_[event.thread].get(earlier.epoch.thread) >= earlier.epoch.count) continue;  // could not come later
        const CoverageSample::Places pair = std::minmax(earlier.place, event.operation.place);
        std::uint8_t& orders = sample_.races[pair];
        orders |= pair.first == earlier.place ? 1U : 0U;
        orders |= pair.second == earlier.place ? 2U : 0U;  // both, where a place races with itself
      }
      if (writes) accesses.clear();
      accesses.push_back({clocks_.epoch(event.thread), event.operation.place, writes});
    }
    before_[event.thread] = clocks_.clock(event.thread);
  }
}

// ---- A campaign ------------------------------------------------------------------------------------------------

void Coverage::add(const CoverageSample& sample) {
  for (const std::uint64_t entry : sample.behaviours) {
    const bool independent = (entry & independent_bit) != 0;
    ++executions_;
    if (limited_) continue;
    if (behaviours_.size() >= behaviours_max) {
      limited_ = true;
      continue;
    }
    independent_ += independent ? 1 : 0;
    std::uint64_t& known = behaviours_[entry];
    if ((known & once) != 0) --singletons_;
    const bool is_new = (known & seen) == 0;
    known = (known & ~DigestSet::bits) | seen | (is_new && independent ? once : 0);
    if (is_new && independent) ++singletons_;
  }
  for (const CoverageSample::Places& pair : sample.reads_from) reads_from_[pair] = true;
  for (const auto& [pair, orders] : sample.races) races_[pair] |= orders;
}

void Coverage::add(const Coverage& other) {
  for (const std::uint64_t slot : other.behaviours_.slots()) {
    if (slot == 0 || behaviours_.size() >= behaviours_max) continue;
    std::uint64_t& known = behaviours_[slot];
    const bool is_new = (known & seen) == 0;
    if ((known & once) != 0) --singletons_;
    known = (known & ~DigestSet::bits) | (is_new ? slot & DigestSet::bits : seen);
    if (is_new && (slot & once) != 0) ++singletons_;
  }
  for (const auto& [pair, known] : other.reads_from_) reads_from_[pair] = known;
  for (const auto& [pair, orders] : other.races_) races_[pair] |= orders;
  executions_ += other.executions_;
  independent_ += other.independent_;
  limited_ = limited_ || other.limited_ || behaviours_.size() >= behaviours_max;
}

double Coverage::chance_of_a_new_behaviour() const {
  return independent_ == 0 ? -1 : static_cast<double>(singletons_) / static_cast<double>(independent_);
}

std::vector<RacingPlaces> Coverage::races() const {
  std::vector<RacingPlaces> all;
  for (const auto& [pair, orders] : races_)
    if (orders == 2)
      all.push_back({pair.second, pair.first, false});
    else
      all.push_back({pair.first, pair.second, orders == 3});
  return all;
}

}  // namespace snag
