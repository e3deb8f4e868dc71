#include "harness/instrument/contexts.h"

#include "harness/instrument/real.h"

#include <fmt/format.h>
#include <link.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

namespace snag::instrument {

namespace {

std::uintptr_t thread_pointer() { return reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer()); }

/// The same thread-local of another thread. Only for those of the program and of the libraries that it began with.
template <class T>
T& same_at(std::uintptr_t pointer, T& here) {
  return *reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(&here) - thread_pointer() + pointer);
}

constexpr std::size_t stack_of_parked = 256UL * 1024;  // thread-locals lie there, too
constexpr std::size_t parked_at_first = 5;             // T0 and four
constexpr std::size_t parked_side_by_side = 1024;

struct Newcomer {
  Context& context;
  std::atomic<std::uint32_t> ready = 0;
};

// Without the C library, whose functions look at thread-locals: from the moment that a thread says it is ready, these
// belong to a controlled thread, which may run already.
long ask_system(long number, [[maybe_unused]] const void* first, [[maybe_unused]] long second,
                [[maybe_unused]] long third) {
  long result = number;
#if defined(__x86_64__)
  register long fourth __asm__("r10") = 0;
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(first), "S"(second), "d"(third), "r"(fourth)
                   : "rcx", "r11", "memory");
#endif
  return result;
}

void* park(void* argument) {
  auto& newcomer = *static_cast<Newcomer*>(argument);
  newcomer.context.pointer = thread_pointer();
  newcomer.ready.store(1, std::memory_order_release);
  ask_system(SYS_futex, &newcomer.ready, FUTEX_WAKE_PRIVATE, 1);
  for (;;) ask_system(SYS_pause, nullptr, 0, 0);  // all signals are blocked: it never runs again
}

void wait_for(const Newcomer& newcomer) {
  while (newcomer.ready.load(std::memory_order_acquire) == 0)
    ask_system(SYS_futex, &newcomer.ready, FUTEX_WAIT_PRIVATE, 0);
}

// Side by side, without the gaps that guard pages would make: nothing runs there, and each area of memory has its price
// in each copy. At the same addresses whenever a thread is parked, so that the program sees the same ones.
std::byte* stack_of(std::size_t number) {
  static std::byte* const all = [] {
    void* const room = mmap(nullptr, parked_side_by_side * stack_of_parked, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return room == MAP_FAILED ? nullptr : static_cast<std::byte*>(room);
  }();
  return all == nullptr || number >= parked_side_by_side ? nullptr : all + number * stack_of_parked;
}

// On the given stack; null: on one that the C library makes.
std::unique_ptr<Context> make_context(std::byte* stack) {
  auto context = std::make_unique<Context>();
  Newcomer newcomer{*context};
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (stack != nullptr)
    pthread_attr_setstack(&attributes, stack, stack_of_parked);
  else
    pthread_attr_setstacksize(&attributes, stack_of_parked);
  const int error = real::pthread_create()(&context->handle, &attributes, &park, &newcomer);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0)
    throw std::system_error(error, std::generic_category(), "no OS thread for the thread-locals of a controlled one");
  wait_for(newcomer);
  return context;
}

}  // namespace

void require_thread_pointers() {
  if (Fiber::thread_pointer_can_change()) return;
  throw UsageError(
      "unmodified programs need a processor and a kernel that let a program write its FS base (x86-64 with FSGSBASE, "
      "Linux 5.9 or later): thread_local variables would be shared by all threads. Write the scenario with snag's "
      "types");
}

Contexts& contexts() {
  static Contexts all;
  return all;
}

void Contexts::find_image() {
  if (std::exchange(image_found_, true)) return;
  pthread_atfork(nullptr, nullptr, [] { contexts().drop(); });
  // The program itself is the first that is told.
  dl_iterate_phdr(
      [](dl_phdr_info* module, std::size_t, void* self) {
        auto& all = *static_cast<Contexts*>(self);
        for (int i = 0; i < module->dlpi_phnum; ++i) {
          const ElfW(Phdr)& part = module->dlpi_phdr[i];
          if (part.p_type != PT_TLS) continue;
          all.image_ = reinterpret_cast<const void*>(module->dlpi_addr + part.p_vaddr);
          all.image_filled_ = part.p_filesz;
          all.image_size_ = part.p_memsz;
          all.image_offset_ = reinterpret_cast<std::uintptr_t>(module->dlpi_tls_data) - thread_pointer();
        }
        return 1;
      },
      this);
}

void Contexts::begin(Execution& execution) {
  find_image();
  prepare(1);
  execution.home().set_thread_pointer(thread_pointer());
  bind(execution, execution.thread(0));
}

void Contexts::end(Execution& execution) {
  execution.home().set_thread_pointer(0);
  const std::size_t threads = execution.trace().threads.size();
  for (std::size_t i = 0; i < threads; ++i) execution.thread(static_cast<ThreadIndex>(i)).fiber.set_thread_pointer(0);
}

void Contexts::prepare_for_copies() {
  if (own_ != 0) return;
  find_image();
  copied_ = true;
  contexts_.push_back(std::make_unique<Context>());
  contexts_[0]->handle = pthread_self();
  contexts_[0]->pointer = thread_pointer();
  prepare(parked_at_first);
  own_ = contexts_.size();
}

void Contexts::forget_those_of_copy() {
  const std::size_t wanted = contexts_.size();
  contexts_.resize(own_);
  prepare(wanted);
  own_ = wanted;
}

void Contexts::prepare(std::size_t threads) {
  const int error_before = errno;  // of who runs executions, or of a controlled thread that creates another
  while (contexts_.size() < threads) contexts_.push_back(make_context(copied_ ? stack_of(contexts_.size()) : nullptr));
  errno = error_before;
}

Context& Contexts::bind(Execution& execution, ControlledThread& thread) {
  Context& context = *contexts_[thread.index];
  if (own_ == 0) {  // in a copy of the process all are as they were
    auto* const locals = reinterpret_cast<std::byte*>(context.pointer + image_offset_);
    std::memcpy(locals, image_, image_filled_);
    std::memset(locals + image_filled_, 0, image_size_ - image_filled_);
    same_at(context.pointer, *exception_globals()) = {};
    same_at(context.pointer, errno) = 0;
  }
  same_at(context.pointer, Execution::current_here()) = &execution;
  context.index = thread.index;
  context.start = nullptr;
  context.argument = context.result = nullptr;
  context.detached = context.joined = false;
  thread.fiber.set_thread_pointer(context.pointer);
  return context;
}

Context* Contexts::find(pthread_t handle, std::size_t threads) {
  for (std::size_t i = 0; i < threads && i < contexts_.size(); ++i)
    if (contexts_[i]->handle == handle) return contexts_[i].get();
  return nullptr;
}

}  // namespace snag::instrument
