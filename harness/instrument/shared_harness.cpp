#include "harness/instrument/shared_harness.h"

#include "harness/execution/fiber.h"
#include "harness/instrument/contexts.h"
#include "harness/instrument/heap.h"
#include "harness/instrument/inherited_code.h"
#include "harness/instrument/memory.h"
#include "harness/instrument/real.h"

#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/offset_ptr.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace snag::instrument {

namespace {

using Output = OwnProcess::Output;
using Allocator =
    boost::interprocess::rbtree_best_fit<boost::interprocess::null_mutex_family, boost::interprocess::offset_ptr<void>>;

constexpr std::size_t page = 4096;
constexpr std::size_t stack_size = 8UL << 20;
// Of addresses: only what is written takes memory. Less where there are not so many.
constexpr std::size_t heap_size_wanted = 16UL << 30;
constexpr std::size_t heap_size_least = 256UL << 20;
constexpr std::size_t stacks_size_wanted = 32UL << 30;

/// Bytes that copies of the process share.
struct Span {
  std::byte* begin = nullptr;
  std::size_t size = 0;
  int file = -1;
};

enum class Request : std::uint8_t { enter, leave, fork, end };

struct {
  std::array<Span, 3> spans;
  Fiber* supervisor = nullptr;
  Fiber* harness = nullptr;
  int (*run)(void*) = nullptr;
  void* argument = nullptr;
  int result = 0;
  Request request = Request::end;
  pid_t forked = 0;
  bool has_left = false;  // the copy, in the way that it should
  Output output = Output::dropped;
  int nowhere = -1;
  int kept[2] = {-1, -1};
  bool input_is_file = false;
  bool is_debugged = false;
  pid_t debugged_one = 0;  // that runs the program in place of a copy
  pid_t keeper = 0;        // that goes on when it has
  int keepers_pipe = -1;
} state;

Allocator* allocator = nullptr;
std::size_t heap_size = heap_size_wanted;
std::atomic_flag heap_busy;

long call(long number, long first = 0, long second = 0, long third = 0, long fourth = 0) {
  return real::syscall()(number, first, second, third, fourth);
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int make_file(const char* name) { return out_of_the_way(memfd_create(name, MFD_CLOEXEC)); }

// ---- Sharing ---------------------------------------------------------------------------------------------------

bool write_at(int file, const std::byte* bytes, std::size_t size, std::size_t offset) {
  while (size > 0) {
    const ssize_t count = pwrite(file, bytes, size, static_cast<off_t>(offset));
    if (count <= 0) return false;
    bytes += count;
    offset += static_cast<std::size_t>(count);
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool map(const Span& span) {
  return mmap(span.begin, span.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, span.file, 0) ==
         span.begin;
}

// From now on shared, with what is there now. Nothing of it may change meanwhile.
void share(const Span& span, std::size_t filled) {
  const bool shared = span.file >= 0 && ftruncate(span.file, static_cast<off_t>(span.size)) == 0 &&
                      write_at(span.file, span.begin, filled, 0) && map(span);
  if (!shared) fail("the harness's memory cannot be shared with copies of the process");
}

// Only what has ever been written is copied.
bool copy(const Span& from, int to) {
  if (ftruncate(to, static_cast<off_t>(from.size)) != 0) return false;
  off_t at = 0;
  for (;;) {
    const off_t begin = lseek(from.file, at, SEEK_DATA);
    if (begin < 0) return errno == ENXIO;
    const off_t end = lseek(from.file, begin, SEEK_HOLE);
    if (!write_at(to, from.begin + begin, static_cast<std::size_t>(end - begin), static_cast<std::size_t>(begin)))
      return false;
    at = end;
  }
}

// The variables of the shared library that this is in: what is left writable when it has been loaded.
Span own_variables() {
  Span found;
  dl_iterate_phdr(
      [](dl_phdr_info* module, std::size_t, void* result) {
        auto& span = *static_cast<Span*>(result);
        const auto here = reinterpret_cast<std::uintptr_t>(&state);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        for (int i = 0; i < module->dlpi_phnum; ++i) {
          const ElfW(Phdr)& part = module->dlpi_phdr[i];
          const std::uintptr_t from = module->dlpi_addr + part.p_vaddr;
          const std::uintptr_t to = from + part.p_memsz;
          if (part.p_type == PT_LOAD && here >= from && here < to) {
            begin = std::max(begin, from / page * page);
            end = (to + page - 1) / page * page;
          }
          if (part.p_type == PT_GNU_RELRO) begin = std::max(begin, to / page * page);
        }
        if (end == 0) return 0;
        span = {reinterpret_cast<std::byte*>(begin), end - begin, -1};
        return 1;
      },
      &found);
  return found;
}

// ---- Copies of the process -------------------------------------------------------------------------------------

// Past the C library, which would set its threads' blocks free: they hold the thread-locals of controlled threads.
pid_t copy_process() { return static_cast<pid_t>(call(SYS_clone, SIGCHLD)); }

void redirect(int from, int to) { call(SYS_dup3, to, from, 0); }

void begin_copy() {
  if (getpid() != state.debugged_one) call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
  for (const int descriptor : {1, 2})
    redirect(descriptor, state.output == Output::kept ? state.kept[descriptor - 1] : state.nowhere);
  if (!state.input_is_file) return;
  // From where it stands now, and without moving it for others.
  const long again = call(SYS_openat, AT_FDCWD, reinterpret_cast<long>("/proc/self/fd/0"), O_RDONLY);
  if (again < 0) return;
  redirect(0, static_cast<int>(again));
  call(SYS_close, again);
}

// What ended the copy ends this process, so that whoever watches it learns of it.
[[noreturn]] void end_like(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const rlimit none{};
    setrlimit(RLIMIT_CORE, &none);
    std::signal(signal, SIG_DFL);
    kill(getpid(), signal);
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int wait_for_end_of(pid_t process) {
  int status = 0;
  while (call(SYS_wait4, process, reinterpret_cast<long>(&status), 0) < 0 && errno == EINTR) {}
  return status;
}

// A debugger stays with the process that it has started: so that one runs the program, and the copy goes on afterwards.
void run_under_debugger() {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) _exit(3);
  state.debugged_one = getpid();
  const pid_t copy = copy_process();
  if (copy < 0) _exit(3);
  if (copy == 0) {
    close(ends[1]);
    char mark = 0;
    if (call(SYS_read, ends[0], reinterpret_cast<long>(&mark), 1) != 1) _exit(1);  // it has come to another end
    close(ends[0]);
    state.is_debugged = false;
    return;
  }
  state.keeper = copy;
  state.keepers_pipe = ends[1];
  begin_copy();
}

[[noreturn]] void hand_over_to_keeper() {
  constexpr char mark = '.';
  call(SYS_write, state.keepers_pipe, reinterpret_cast<long>(&mark), 1);
  end_like(wait_for_end_of(state.keeper));
}

void run_copy() {
  state.has_left = false;
  if (state.is_debugged) return run_under_debugger();
  const pid_t copy = copy_process();
  if (copy == 0) return begin_copy();
  if (copy < 0) {
    constexpr char text[] = "snag: no process for an execution could be made\n";
    call(SYS_write, STDERR_FILENO, reinterpret_cast<long>(text), sizeof text - 1);
    _exit(3);
  }
  const int status = wait_for_end_of(copy);
  if (!state.has_left) end_like(status);
}

// Each side is to have all of the harness for itself: the copy takes what was copied before, under the same addresses.
pid_t fork_harness() {
  std::array<Span, 3> copies = state.spans;
  for (Span& span : copies) {
    span.file = make_file("snag");
    if (span.file < 0 || !copy(*(state.spans.data() + (&span - copies.data())), span.file)) return -1;
  }
  const pid_t process = copy_process();
  for (Span& span : copies)
    if (process == 0 && !map(span)) _exit(3);
  if (process != 0) {
    for (const Span& span : copies) close(span.file);
    return process;
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    close(state.spans[i].file);
    state.spans[i].file = copies[i].file;
  }
  return 0;
}

// On the stack that the process began with, which is private: here, and only here, the process is copied.
void supervise() {
  for (;;) {
    Fiber::switch_to(*state.supervisor, *state.harness);
    switch (state.request) {
      case Request::enter: run_copy(); break;
      case Request::leave:
        if (getpid() == state.debugged_one) hand_over_to_keeper();
        _exit(0);
      case Request::fork: state.forked = fork_harness(); break;
      case Request::end: return;
    }
  }
}

void ask(Request request) {
  state.request = request;
  Fiber::switch_to(*state.harness, *state.supervisor);
}

void enter_copy() {
  make_heap();
  contexts().prepare_for_copies();
  inherited_code::before_copy();
  ask(Request::enter);
}

void leave_copy() {
  inherited_code::at_end_of_copy();
  state.has_left = true;
  ask(Request::leave);
  contexts().forget_those_of_copy();
}

pid_t fork_process() {
  ask(Request::fork);
  return state.forked;
}

void set_output(Output output) {
  state.output = output;
  if (output != Output::kept) return;
  for (const int file : state.kept)
    if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0) state.output = Output::dropped;
}

std::string kept_output(int descriptor) {
  constexpr std::size_t bytes_max = 16UL * 1024;
  const int file = state.kept[descriptor - 1];
  struct stat info {};
  if (fstat(file, &info) != 0) return {};
  const auto size = static_cast<std::size_t>(info.st_size);
  const std::size_t skipped = size > bytes_max ? size - bytes_max : 0;
  std::string text(size - skipped, '\0');
  const ssize_t count = pread(file, text.data(), text.size(), static_cast<off_t>(skipped));
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return skipped > 0 ? "...\n" + text : text;
}

void begin_harness(void*) {
  state.result = state.run(state.argument);
  ask(Request::end);
}

void* reserve(std::size_t size) {
  void* const room = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return room == MAP_FAILED ? nullptr : room;
}

void make_output_files() {
  state.nowhere = out_of_the_way(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int& file : state.kept) file = make_file("snag-output");
  const int again = out_of_the_way(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
  if (again >= 0) harness_error = again;
  struct stat input {};
  state.input_is_file = fstat(STDIN_FILENO, &input) == 0 && S_ISREG(input.st_mode);
}

}  // namespace

int run_in_shared_memory(int (*harness)(void*), void* argument, Debugger debugger) {
  state.is_debugged = debugger == Debugger::attached;
  find_c_library();
  make_output_files();
  if (!state.is_debugged) inherited_code::begin();  // breakpoints stand in it
  state.run = harness;
  state.argument = argument;
  // Neither on a stack nor on the heap: copies tell by them where they stopped. Never destroyed.
  alignas(Fiber) static std::byte rooms[2][sizeof(Fiber)];
  state.supervisor = new (rooms[0]) Fiber;
  state.harness = new (rooms[1]) Fiber(stack_size, &begin_harness, nullptr);
  Span& heap_span = state.spans[1];
  void* room = reserve(heap_size);
  while (room == nullptr && heap_size > heap_size_least) room = reserve(heap_size /= 2);
  if (room == nullptr) fail("no addresses for the harness's memory");
  if (void* const stacks = reserve(stacks_size_wanted); stacks != nullptr)
    Fiber::make_stacks_in(static_cast<std::byte*>(stacks), stacks_size_wanted);
  heap_span = {static_cast<std::byte*>(room), heap_size, make_file("snag")};
  share(heap_span, 0);
  allocator = new (room) Allocator(heap_size, 0);
  state.spans[2] = {const_cast<std::byte*>(state.harness->stack_begin()), stack_size, make_file("snag")};
  share(state.spans[2], 0);
  state.harness->restart();
  state.spans[0] = own_variables();
  Span variables = state.spans[0];
  variables.file = state.spans[0].file = make_file("snag");
  harness_heap::in_use = true;
  share(variables, variables.size);
  supervise();
  return state.result;
}

const OwnProcess own_process{.enter = &enter_copy,
                             .leave = &leave_copy,
                             .fork = &fork_process,
                             .set_output = &set_output,
                             .kept_output = &kept_output};

// ---- The heap --------------------------------------------------------------------------------------------------

namespace harness_heap {

bool in_use = false;

namespace {

class Alone {
 public:
  Alone() {
    while (heap_busy.test_and_set(std::memory_order_acquire)) {}
  }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  ~Alone() { heap_busy.clear(std::memory_order_release); }
};

}  // namespace

bool owns(const void* block) {
  const auto* const byte = static_cast<const std::byte*>(block);
  return in_use && byte >= state.spans[1].begin && byte < state.spans[1].begin + heap_size;
}

void* allocate(std::size_t size, std::size_t alignment) {
  const Alone alone;
  return alignment <= Allocator::Alignment ? allocator->allocate(size) : allocator->allocate_aligned(size, alignment);
}

void deallocate(void* block) {
  const Alone alone;
  allocator->deallocate(block);
}

std::size_t size_of(const void* block) { return allocator->size(block); }

}  // namespace harness_heap

}  // namespace snag::instrument
