// What a worker process tells its parent without sending it: in memory that both map. It is there, whatever becomes of
// the worker: how far it is, the choices that it is about to act on, and how it crashed.
#pragma once

#include "harness/execution/journal.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace snag {

/// How the program under test ended its process, written by a signal handler: nothing is allocated.
struct CrashRecord {
  static constexpr std::size_t addresses_max = 64;
  /// How far it has been written.
  enum class State : std::uint32_t { none, begun, named, placed };
  std::atomic<State> state = State::none;
  std::array<char, 32> name = {};
  std::array<char, 256> what = {};
  std::array<char, 256> hint = {};
  const void* last_operation = nullptr;  ///< where the thread did what it did last; null: nothing yet
  std::uint32_t addresses = 0;
  std::array<const void*, addresses_max> stack = {};
};

/// Copies a text into a field of a record, as far as there is room.
template <std::size_t room>
void copy_text(std::array<char, room>& field, std::string_view text) {
  const std::size_t count = text.size() < room - 1 ? text.size() : room - 1;
  for (std::size_t i = 0; i < count; ++i) field[i] = text[i];
  field[count] = '\0';
}

/// One worker's page. Made anew for each worker process.
class WorkerJournal {
 public:
  /// Choices that are kept of an execution.
  static constexpr std::uint32_t room = 4U << 20;
  static constexpr std::uint64_t no_execution = ~std::uint64_t{0};
  enum class Stage : std::uint32_t { idle, executing, settling };

  // By the parent.
  std::atomic<bool> stop = false;  ///< end the job between two executions
  // By the worker.
  std::atomic<std::uint64_t> execution = no_execution;  ///< of the campaign, under way or ended last
  std::atomic<Stage> stage = Stage::idle;
  std::atomic<std::uint64_t> executions = 0;  ///< ended, of the job under way
  std::atomic<std::uint64_t> points = 0;      ///< in them
  std::atomic<std::uint64_t> bugs = 0;
  std::atomic<double> explored = 0;
  std::atomic<std::uint64_t> beats = 0;  ///< changes while it gets on
  CrashRecord crash;
  ChoiceJournal choices{room};
  // The choices follow.
};

/// Maps and unmaps a page. Only what is written takes memory.
struct UnmapJournal {
  void operator()(WorkerJournal* journal) const;
};
using SharedJournal = std::unique_ptr<WorkerJournal, UnmapJournal>;
/// Throws std::system_error.
SharedJournal map_journal();

}  // namespace snag
