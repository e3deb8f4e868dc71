#include "harness/instrument/descriptors.h"

#include "harness/instrument/real.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace snag::instrument {

namespace {

constexpr std::uint32_t number_of_descriptors = 0xffff'fff1;  // among the objects of T0, apart from all others

struct {
  ObjectHandle object;
  bool has_object = false;
  std::vector<const DescriptorWait*> waits;  // by thread; null: it does not wait
  std::vector<pid_t> children;               // all that there have been
  // Where there are children: which waits the world has ended since anybody has gone on. What a child has written goes
  // before its end, however soon after one another they come.
  enum class Answer : std::uint8_t { none, to_descriptors, to_processes } answer = Answer::none;
} state;

using Answer = decltype(state.answer);

bool is_for_process(const DescriptorWait& wait) { return wait.descriptor < 0 && wait.all == nullptr; }

bool is_over(const DescriptorWait& wait) {
  const Answer wanted = is_for_process(wait) ? Answer::to_processes : Answer::to_descriptors;
  return (state.children.empty() || state.answer == wanted) && wait.is_ready(wait);
}

bool is_over_now(const void* wait, const ControlledThread&) {
  return is_over(*static_cast<const DescriptorWait*>(wait));
}

// What is written comes before what is read, as of a semaphore.
OperationKind kind_of(const DescriptorWait* wait, std::uint64_t deadline) {
  if (deadline != never) return OperationKind::try_acquire;
  return wait != nullptr && wait->events == POLLOUT ? OperationKind::release : OperationKind::acquire;
}

// While it lives, the thread's wait is known.
class Known {
 public:
  Known(ThreadIndex thread, const DescriptorWait* wait) : thread_(thread) {
    if (state.waits.size() <= thread) state.waits.resize(thread + std::size_t{1});
    state.waits[thread] = wait;
  }
  Known(const Known&) = delete;
  Known& operator=(const Known&) = delete;
  ~Known() { state.waits[thread_] = nullptr; }

 private:
  ThreadIndex thread_;
};

// How long, in milliseconds, others than the program's own threads may take to do something to it.
int patience_for(int descriptor) {
  constexpr int stranger = 10'000;
  constexpr int kernel = 50;  // on its way within the machine
  struct stat info {};
  if (descriptor <= STDERR_FILENO) return stranger;
  if (fstat(descriptor, &info) != 0 || !S_ISSOCK(info.st_mode)) return S_ISCHR(info.st_mode) ? stranger : 0;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    size = sizeof address;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return kernel;
  }
  if (address.ss_family == AF_INET) {
    const auto host = ntohl(reinterpret_cast<const sockaddr_in*>(&address)->sin_addr.s_addr);
    return host >> 24 == IN_LOOPBACKNET ? kernel : stranger;
  }
  if (address.ss_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr) ? kernel : stranger;
  return kernel;
}

}  // namespace

bool may_wait(int descriptor) {
  if (descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO) return false;
  struct stat info {};
  if (fstat(descriptor, &info) != 0 || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode) || S_ISBLK(info.st_mode))
    return false;
  return (fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0;
}

bool is_ready(int descriptor, short events) {
  pollfd wanted{descriptor, events, 0};
  return real::poll()(&wanted, 1, 0) != 0;
}

long perform_on_descriptors(const DescriptorWait* wait, std::uint64_t deadline, const void* place,
                            long (*really)(void*), void* argument) {
  long result = -1;
  int error = errno;
  {
    const Inside inside;
    Execution& execution = inside.execution;
    if (!state.has_object) {
      state.object = execution.create_object_of(0, number_of_descriptors, ObjectKind::semaphore);
      execution.set_name(state.object, "descriptors");
      execution.set_limit(state.object, 1);
      state.has_object = true;
    }
    const bool timed = deadline != never;
    Request request{.operation = {.kind = kind_of(wait, deadline),
                                  .object = state.object.index,
                                  .argument = timed ? deadline : 0,
                                  .place = place}};
    if (wait != nullptr) {
      request.guard = &is_over_now;
      request.subject = wait;
      request.deadline = deadline;
    }
    const Known known(execution.running().index, wait);
    const bool done = execution.perform(request, [&](Event& event) {
      event.success = wait == nullptr || is_over(*wait);
      state.answer = Answer::none;
      if (!event.success) execution.pass_time_until(deadline);
      errno = error;
      result = really(argument);
      error = errno;
    });
    if (!done) error = EINTR;
  }
  errno = error;
  return result;
}

void expect_answers_of(pid_t child) { state.children.push_back(child); }

void forget_descriptors() {
  state.has_object = false;
  state.waits.clear();
  state.children.clear();
  state.answer = Answer::none;
}

namespace {

bool a_child_runs() {
  return std::ranges::any_of(state.children, [](pid_t child) {
    siginfo_t ended{};
    return real::waitid()(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
  });
}

// The end of a child is asked for first: its descriptors were closed before.
Answer ask_world(std::vector<pollfd>& all, int milliseconds) {
  const bool has_ended = std::ranges::any_of(state.waits, [](const DescriptorWait* wait) {
    return wait != nullptr && is_for_process(*wait) && wait->is_ready(*wait);
  });
  if (real::poll()(all.data(), all.size(), has_ended ? 0 : milliseconds) > 0) return Answer::to_descriptors;
  return has_ended ? Answer::to_processes : Answer::none;
}

}  // namespace

bool wait_for_world(Execution&) {
  constexpr int child_max = 60'000;
  constexpr int slice = 2;
  std::vector<pollfd> all;
  int patience = 0;
  for (const DescriptorWait* const wait : state.waits) {
    if (wait == nullptr) continue;
    if (wait->descriptor >= 0) all.push_back({wait->descriptor, wait->events, 0});
    for (nfds_t i = 0; i < wait->count; ++i) all.push_back(wait->all[i]);
  }
  for (const pollfd& wanted : all) patience = std::max(patience, patience_for(wanted.fd));
  if (state.children.empty()) return patience > 0 && real::poll()(all.data(), all.size(), patience) > 0;
  for (int waited = 0;; waited += slice) {
    // Asked first: what a child has done last is seen afterwards.
    const bool runs = a_child_runs() && waited < child_max;
    state.answer = ask_world(all, runs ? slice : patience);
    if (state.answer != Answer::none || !runs) return state.answer != Answer::none;
  }
}

}  // namespace snag::instrument
