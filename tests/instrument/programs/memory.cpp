// Programs that allocate and free: some rightly, some not.
#include "programs.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <malloc.h>

namespace programs {

namespace {

struct Node {
  int value = 0;
  Node* next = nullptr;
};

bool is_zero(const unsigned char* bytes, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    if (bytes[i] != 0) return false;
  return true;
}

}  // namespace

void allocates_in_every_way() {
  auto* bytes = static_cast<unsigned char*>(std::malloc(100));
  require(is_zero(bytes, 100), "malloc gives zeros");
  std::memset(bytes, 7, 100);
  bytes = static_cast<unsigned char*>(std::realloc(bytes, 5000));
  require(bytes[99] == 7 && is_zero(bytes + 100, 4900), "realloc keeps what was there, and adds zeros");
  require(malloc_usable_size(bytes) >= 5000, "malloc_usable_size");
  bytes = static_cast<unsigned char*>(std::realloc(bytes, 10));
  require(bytes[9] == 7, "realloc to less");
  std::free(bytes);
  auto* counted = static_cast<unsigned char*>(std::calloc(30, 40));
  require(is_zero(counted, 1200), "calloc");
  std::free(counted);
  const volatile std::size_t many = SIZE_MAX / 2;
  void* volatile none = std::calloc(many, 3);
  require(none == nullptr, "calloc of more than there is");
  for (std::size_t alignment = 8; alignment <= 65536; alignment *= 2) {
    void* aligned = nullptr;
    require(posix_memalign(&aligned, alignment, 100) == 0, "posix_memalign");
    require(reinterpret_cast<std::uintptr_t>(aligned) % alignment == 0, "posix_memalign aligns");
    std::free(aligned);
  }
  std::free(std::aligned_alloc(64, 128));
  std::free(std::malloc(0));
  std::free(nullptr);
  auto* const big = static_cast<unsigned char*>(std::malloc(std::size_t{20} << 20));
  require(big[0] == 0 && big[(20 << 20) - 1] == 0, "a large block is zero");
  big[20 << 10] = 1;
  std::free(big);
  std::string text(1000, 'x');
  text += text;
  require(text.size() == 2000, "std::string");
}

void passes_blocks_from_thread_to_thread() {
  std::mutex mutex;
  std::vector<std::unique_ptr<Node>> nodes;
  std::thread maker([&] {
    for (int i = 0; i < 3; ++i) {
      const std::lock_guard<std::mutex> lock(mutex);
      nodes.push_back(std::make_unique<Node>(Node{i}));
    }
  });
  std::thread taker([&] {
    for (int i = 0; i < 3; ++i) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!nodes.empty()) nodes.pop_back();
    }
  });
  maker.join();
  taker.join();
}

// More than the quarantine holds back: memory is used again.
void allocates_and_frees_much() {
  std::thread worker([] {
    for (int i = 0; i < 50; ++i) {
      const auto bytes = std::make_unique<unsigned char[]>(std::size_t{1} << 20);
      require(bytes[0] == 0 && bytes[(1 << 20) - 1] == 0, "memory that is used again is zero");
      std::memset(bytes.get(), 1, std::size_t{1} << 20);
    }
  });
  worker.join();
}

void uses_what_another_thread_has_freed() {
  std::mutex mutex;
  auto* node = new Node;
  std::thread user([&] {
    const std::lock_guard<std::mutex> lock(mutex);
    node->value = 1;
  });
  {
    const std::lock_guard<std::mutex> lock(mutex);
    delete node;
  }
  user.join();
}

void uses_an_atomic_that_was_freed() {
  auto* count = new std::atomic<int>(0);
  std::atomic<bool> done = false;
  std::thread user([&] {
    done = true;
    ++*count;
  });
  if (done) delete count;
  user.join();
}

void frees_twice() {
  auto* node = new Node;
  std::mutex mutex;
  std::atomic<bool> freed = false;
  const auto drop = [&] {
    if (freed) return;
    freed = true;
    delete node;
  };
  std::thread one(drop);
  std::thread other(drop);
  one.join();
  other.join();
}

void frees_what_was_never_allocated() {
  int local = 0;
  int* volatile pointer = &local;
  std::free(pointer);
}

void frees_an_address_in_the_middle() {
  char* volatile middle = static_cast<char*>(std::malloc(64));
  middle = middle + 16;
  std::free(middle);
}

}  // namespace programs
