// Atomics of all sizes, random numbers, and what programs tell the sanitizer.
#include "interface.h"

#include <sys/random.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <thread>

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void __tsan_mutex_post_lock(void* address, unsigned flags, int recursion);
int __tsan_mutex_pre_unlock(void* address, unsigned flags);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace programs {

namespace {

template <class Work>
void in_two_threads(Work work) {
  std::thread one(work);
  std::thread other(work);
  one.join();
  other.join();
}

template <std::size_t count>
struct Words {
  std::uint64_t words[count];
};

template <std::size_t count>
void counts_in_words() {
  std::atomic<Words<count>> shared{Words<count>{}};
  in_two_threads([&] {
    Words<count> seen = shared.load();
    for (Words<count> next = seen;;) {
      for (std::size_t i = 0; i < count; ++i) next.words[i] = seen.words[i] + 1;
      if (shared.compare_exchange_strong(seen, next)) break;
    }
  });
  const Words<count> before = shared.exchange(Words<count>{});
  for (const std::uint64_t word : before.words) require(word == 2, "an increment got lost");
  shared.store(before);
  const Words<count> after = shared.load();
  require(std::memcmp(&before, &after, sizeof before) == 0, "what was stored is not there");
}

// A lock whose atomics order nothing by themselves.
class Relaxed {
 public:
  void lock() {
    while (taken_.exchange(true, std::memory_order_relaxed)) std::this_thread::yield();
  }
  void unlock() { taken_.store(false, std::memory_order_relaxed); }

 private:
  std::atomic<bool> taken_{false};
};

template <class Taken, class Given>
void counts_under(Taken taken, Given given) {
  Relaxed lock;
  int count = 0;
  in_two_threads([&] {
    lock.lock();
    taken(&lock);
    ++count;
    given(&lock);
    lock.unlock();
  });
  require(count == 2, "an increment under the lock got lost");
}

}  // namespace

void counts_in_sixteen_bytes() { counts_in_words<2>(); }
void counts_in_twenty_four_bytes() { counts_in_words<3>(); }

void draws_random_numbers() {
  require(std::rand() == 1804289383, "rand() does not begin as after srand(1)");
  std::srand(7);
  const int first = std::rand();
  std::srand(7);
  require(std::rand() == first, "one seed gave two sequences");
  srandom(7);
  require(random() == first, "random() and rand() differ");
  srand48(5);
  const double real = drand48();
  srand48(5);
  require(drand48() == real && real >= 0 && real < 1, "one seed gave two sequences");
}

void draws_random_numbers_in_threads() {
  std::atomic<std::uint64_t> shown{0};
  in_two_threads([&] {
    std::random_device device;
    const std::uint64_t drawn = device();
    shown.exchange(drawn);
    std::uint64_t bytes[2] = {};
    require(getrandom(&bytes[0], sizeof bytes[0], 0) == sizeof bytes[0], "getrandom failed");
    require(getentropy(&bytes[1], sizeof bytes[1]) == 0, "getentropy failed");
    require(bytes[0] != bytes[1] && bytes[0] != drawn, "random numbers repeat");
    shown.exchange(bytes[0] ^ bytes[1]);
    shown.exchange(static_cast<std::uint64_t>(std::rand()));
  });
}

void tells_of_its_orders() {
  counts_under([](void* lock) { __tsan_acquire(lock); }, [](void* lock) { __tsan_release(lock); });
}

void tells_of_its_locks() {
  counts_under([](void* lock) { __tsan_mutex_post_lock(lock, 0, 0); },
               [](void* lock) { __tsan_mutex_pre_unlock(lock, 0); });
}

void asks_to_look_away() {
  int count = 0;
  in_two_threads([&] {
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    ++count;
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  });
}

void keeps_its_orders_to_itself() {
  counts_under([](void*) {}, [](void*) {});
}

void shares_pointers() {
  const auto shared = std::make_shared<int>(4);
  in_two_threads([shared] {
    const std::shared_ptr<int> mine = shared;
    require(*mine == 4, "another value is shared");
  });
  require(shared.use_count() == 1, "somebody has kept the pointer");
}

}  // namespace programs
