#include "harness/campaign/worker_journal.h"

#include <cerrno>
#include <new>
#include <system_error>

#include <sys/mman.h>

namespace snag {

namespace {

constexpr std::size_t journal_bytes = sizeof(WorkerJournal) + std::size_t{WorkerJournal::room} * sizeof(std::uint64_t);

// The slots of the choices come right behind them.
static_assert(offsetof(WorkerJournal, choices) + sizeof(ChoiceJournal) == sizeof(WorkerJournal));
static_assert(std::atomic<WorkerJournal::Stage>::is_always_lock_free && std::atomic<double>::is_always_lock_free);

}  // namespace

void UnmapJournal::operator()(WorkerJournal* journal) const { munmap(journal, journal_bytes); }

SharedJournal map_journal() {
  void* const memory =
      mmap(nullptr, journal_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  return SharedJournal(new (memory) WorkerJournal);
}

}  // namespace snag
