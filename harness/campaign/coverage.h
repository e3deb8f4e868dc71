// What a campaign has seen, told at its end: behaviours (executions up to the order of independent operations), which
// write each read has seen, and which places raced, in which order. Passing says little by itself; that new behaviours
// keep turning up says that there are more.
#pragma once

#include "harness/trace/happens_before.h"
#include "harness/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace snag {

/// Numbers that are well mixed, each once: open addressing, as millions of executions add to it. Two bits of each belong
/// to who uses the set, and do not tell numbers apart.
class DigestSet {
 public:
  /// The bits of a number, which is added with none of them set.
  std::uint64_t& operator[](std::uint64_t digest);
  std::size_t size() const { return size_; }
  /// The numbers and their bits; 0 where there is none.
  const std::vector<std::uint64_t>& slots() const { return slots_; }
  static constexpr std::uint64_t bits = 3;

 private:
  void grow();
  std::vector<std::uint64_t> slots_;  // 0: free
  std::size_t size_ = 0;
};

/// A digest of an execution that is the same for all executions that differ in the order of independent operations only
/// (see trace/dependence.h), and in every process.
class BehaviourDigest {
 public:
  std::uint64_t of(const Trace& trace);

 private:
  struct Place {
    std::uint64_t write;  // the last one
    std::uint64_t reads;  // since then: a sum
  };
  std::vector<std::uint64_t> threads_, objects_;  // identities
  std::vector<std::uint32_t> counts_;             // events, by thread
  std::vector<Place> places_;                     // by object, and three more
};

/// What executions of one job have shown.
struct CoverageSample {
  using Places = std::pair<const void*, const void*>;
  /// Of each execution, with bit 0 set if it was drawn independently of the others.
  std::vector<std::uint64_t> behaviours = {};
  std::vector<Places> reads_from = {};        ///< a write (null: the initial value) and a read of what it wrote, once
  std::map<Places, std::uint8_t> races = {};  ///< the lower address first; bit 0: it came first, bit 1: the other did
};

/// Takes samples. Keeps its memory from job to job.
class CoverageProbe {
 public:
  CoverageSample take();
  /// Looks at an execution. Races are looked for in some of them only, which its number tells.
  void add(const Trace& trace, std::uint64_t number, bool independent);

 private:
  void add_reads(const Trace& trace);
  void add_races(const Trace& trace);

  CoverageSample sample_;
  BehaviourDigest digest_;
  DigestSet pairs_seen_;  // reads_from
  std::vector<const void*> written_at_;
  HappensBefore clocks_;
  // The last access of an object by each kind of access, and the clocks of threads before their event under way.
  struct Access {
    Epoch epoch;
    const void* place;
    bool write;
  };
  std::vector<std::vector<Access>> accesses_;
  std::vector<VectorClock> before_;
};

/// Two places that touched the same thing and could have done so in either order, and what has been seen of that.
struct RacingPlaces {
  const void* first;
  const void* second;
  bool both_orders;  ///< else first always came before second
};

/// What a campaign has seen, put together.
class Coverage {
 public:
  static constexpr std::size_t behaviours_max = 1U << 20;

  void add(const CoverageSample& sample);
  /// Takes in what another campaign has seen.
  void add(const Coverage& other);

  bool measured() const { return executions_ > 0; }
  std::uint64_t behaviours() const { return behaviours_.size(); }
  /// There were more, which were not counted any more.
  bool limited() const { return limited_; }
  std::uint64_t reads_from() const { return reads_from_.size(); }
  /// Good and Turing's estimate of the chance that one more execution shows a new behaviour: the part of the
  /// independent executions whose behaviour no other has shown. Below 0: there is none.
  double chance_of_a_new_behaviour() const;
  std::vector<RacingPlaces> races() const;

 private:
  DigestSet behaviours_;  // bits: once_independent, seen
  std::map<CoverageSample::Places, bool> reads_from_;
  std::map<CoverageSample::Places, std::uint8_t> races_;
  std::uint64_t executions_ = 0;
  std::uint64_t independent_ = 0;
  std::uint64_t singletons_ = 0;
  bool limited_ = false;
};

}  // namespace snag
