// One line a checker.
#include "checkers/all.h"

#include "checkers/broken_barrier.h"
#include "checkers/data_race.h"
#include "checkers/deadlock.h"
#include "checkers/freed_memory.h"
#include "checkers/lock_order.h"
#include "checkers/lost_update.h"
#include "checkers/lost_wakeup.h"
#include "checkers/misuse.h"
#include "checkers/overtaken.h"
#include "checkers/priority_inversion.h"
#include "checkers/program_errors.h"
#include "checkers/starvation.h"
#include "checkers/wait_cycle.h"

namespace snag {

std::vector<std::unique_ptr<Checker>> all_checkers() {
  std::vector<std::unique_ptr<Checker>> checkers;
  checkers.push_back(std::make_unique<LostUpdate>());
  checkers.push_back(std::make_unique<DataRace>());
  checkers.push_back(std::make_unique<FreedMemoryChecker>());
  checkers.push_back(std::make_unique<MisuseChecker>());
  checkers.push_back(std::make_unique<BrokenBarrierChecker>());
  checkers.push_back(std::make_unique<LockOrder>());
  checkers.push_back(std::make_unique<WaitCycleChecker>());
  checkers.push_back(std::make_unique<LostWakeupChecker>());
  checkers.push_back(std::make_unique<DeadlockChecker>());
  checkers.push_back(std::make_unique<PriorityInversionChecker>());
  checkers.push_back(std::make_unique<StarvationChecker>());
  checkers.push_back(std::make_unique<OvertakenChecker>());
  checkers.push_back(std::make_unique<ProgramErrorsChecker>());
  return checkers;
}

}  // namespace snag
