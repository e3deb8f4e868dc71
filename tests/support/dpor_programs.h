// Programs with a known number of classes of interleavings, for tests and benchmarks of partial-order reduction. Described
// by Flanagan and Godefroid (POPL 2005: indexer, file system) and Abdulla, Aronsson, Jonsson and Sagonas (POPL 2014:
// readers, lastzero); written anew here.
#pragma once

#include <snag/snag.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace snag::testing {

using Body = std::function<void()>;

/// Runs body(0), ..., body(count - 1) on a thread each, and joins them.
template <class Each>
void on_threads(std::size_t count, const Each& body) {
  std::vector<thread> threads;
  threads.reserve(count);
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
  for (thread& each : threads) each.join();
}

/// Atomics of one type: they can be neither copied nor moved.
template <class T>
std::unique_ptr<atomic<T>[]> atomics(std::size_t count) { return std::make_unique<atomic<T>[]>(count); }

/// n threads write one variable: n!.
inline Body writers(std::size_t n) {
  return [n] {
    atomic<int> x{0};
    on_threads(n, [&](std::size_t i) { x.store(static_cast<int>(i)); });
  };
}

/// One thread writes a variable, n read it: 2^n.
inline Body readers(std::size_t n) {
  return [n] {
    atomic<int> x{0};
    on_threads(n + 1, [&](std::size_t i) {
      if (i == 0)
        x.store(1);
      else
        x.load();
    });
  };
}

/// n threads each set their element of an array to one more than the element before; one looks for the last zero.
inline Body lastzero(std::size_t n) {
  return [n] {
    const auto array = atomics<int>(n + 1);
    on_threads(n + 1, [&](std::size_t i) {
      if (i > 0) {
        array[i].store(array[i - 1].load() + 1);
        return;
      }
      std::size_t last = n;
      while (array[last].load() != 0) --last;
    });
  };
}

/// n threads each put four messages into a hash table of 128 places.
inline Body indexer(std::size_t n) {
  return [n] {
    constexpr std::size_t size = 128;
    const auto table = atomics<int>(size);
    on_threads(n, [&](std::size_t thread) {
      for (int message = 1; message <= 4; ++message) {
        const int word = message * 11 + static_cast<int>(thread);
        std::size_t place = static_cast<std::size_t>(word) * 7 % size;
        for (int empty = 0; !table[place].compare_exchange_strong(empty, word); empty = 0) place = (place + 1) % size;
      }
    });
  };
}

/// n threads each allocate a block for their inode, of 32; 26 blocks, each inode and each block under a lock.
inline Body file_system(std::size_t n) {
  return [n] {
    constexpr std::size_t inodes = 32, blocks = 26;
    const std::unique_ptr<mutex[]> inode_locks(new mutex[inodes]);
    const std::unique_ptr<mutex[]> block_locks(new mutex[blocks]);
    const auto inode = atomics<int>(inodes);
    const auto busy = atomics<bool>(blocks);
    on_threads(n, [&](std::size_t thread) {
      const std::size_t mine = thread % inodes;
      const std::lock_guard inode_guard(inode_locks[mine]);
      if (inode[mine].load() != 0) return;
      for (std::size_t block = mine * 2 % blocks;; block = (block + 1) % blocks) {
        const std::lock_guard block_guard(block_locks[block]);
        if (busy[block].load()) continue;
        busy[block].store(true);
        inode[mine].store(static_cast<int>(block) + 1);
        return;
      }
    });
  };
}

/// n threads with k increments each, all under one mutex: (nk)! / (k!)^n.
inline Body counters(std::size_t n, int k) {
  return [n, k] {
    mutex lock;
    int value = 0;
    on_threads(n, [&](std::size_t) {
      for (int i = 0; i < k; ++i) {
        const std::lock_guard guard(lock);
        ++value;
      }
    });
  };
}

/// Which fork a philosopher takes first.
enum class Table : std::uint8_t { ordered, cyclic };

/// p philosophers, each takes two forks and lays them down: 2^p - 2, and one deadlock if all take the left one first.
inline Body philosophers(std::size_t p, Table table) {
  return [p, table] {
    const std::unique_ptr<mutex[]> forks(new mutex[p]);
    on_threads(p, [&](std::size_t i) {
      std::size_t first = i;
      std::size_t second = (i + 1) % p;
      if (table == Table::ordered && second < first) std::swap(first, second);
      const std::lock_guard one(forks[first]);
      const std::lock_guard other(forks[second]);
    });
  };
}

/// n threads load and then store a variable: 4 for two, 36 for three.
inline Body load_then_store(std::size_t n) {
  return [n] {
    atomic<int> x{0};
    on_threads(n, [&](std::size_t) { x.store(x.load() + 1); });
  };
}

/// What the thread does that puts a task.
enum class Putter : std::uint8_t { puts, joins_and_puts };

/// n threads wait until a queue has no unfinished tasks, another one puts a task, which nobody does: 2^n, all but one
/// of them deadlocked.
inline Body queue_joins(std::size_t n, Putter putter) {
  return [n, putter] {
    queue::Queue<int> tasks;
    on_threads(n + 1, [&](std::size_t i) {
      if (i < n || putter == Putter::joins_and_puts) tasks.join();
      if (i == n) tasks.put(1);
    });
  };
}

/// w threads wait on a condition variable, k others notify one each.
inline Body waiters(std::size_t w, std::size_t k) {
  return [w, k] {
    mutex lock;
    condition_variable changed;
    on_threads(w + k, [&](std::size_t i) {
      if (i >= w) {
        changed.notify_one();
        return;
      }
      std::unique_lock held(lock);
      changed.wait(held);
    });
  };
}

}  // namespace snag::testing
