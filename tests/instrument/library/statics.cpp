// A shared library of nothing but plain code, whose functions fail unless its static variables are as they were when it
// was loaded. Compiled three times: with few variables, with many, and with one for each thread.
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

std::mutex mutex;
int counter = 7;
int untouched;

#ifdef WITH_MANY
long table[100'000] = {1, 2, 3};
#else
long table[10] = {1, 2, 3};
#endif
constexpr int last = sizeof table / sizeof *table - 1;

#ifdef WITH_THREAD_LOCALS
thread_local int own = 1;
#else
int own = 1;
#endif

void require(bool condition, const char* what) {
  if (!condition) throw std::logic_error(what);
}

const std::string& made_once() {
  static const std::string text(++counter == 8 ? "made when the counter was seven" : "made too late");
  return text;
}

}  // namespace

extern "C" void finds_all_as_loaded() {
  require(counter == 7 && untouched == 0 && own == 1, "variables begin as they were loaded");
  require(table[0] == 1 && table[2] == 3 && table[3] == 0 && table[last] == 0, "so does the table");
  require(made_once() == "made when the counter was seven", "and static locals are made anew");
  const auto work = [] {
    const std::lock_guard lock(mutex);
    ++counter;
    ++table[0];
    ++table[last];
  };
  std::thread one(work);
  std::thread other(work);
  one.join();
  other.join();
  untouched = ++own;
  require(counter == 10 && table[last] == 2, "all is counted");
}

extern "C" void ten_lines() {
  const auto work = [] {
    const std::lock_guard lock(mutex);
    ++counter;
  };
  std::thread one(work);
  std::thread other(work);
  one.join();
  other.join();
  if (counter != 9) throw std::logic_error("two were counted");
}

// Leaves the mutex locked by a thread that is no more.
extern "C" void waits_for_ever() {
  std::thread([] { mutex.lock(); }).join();
  ++counter;
  mutex.lock();
}
