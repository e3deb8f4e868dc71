// poll, select and epoll_wait: waits for any of several descriptors, with a time-out in virtual time.
#include "harness/instrument/clocks.h"
#include "harness/instrument/descriptors.h"
#include "harness/instrument/real.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <algorithm>
#include <array>

namespace snag::instrument {

namespace {

constexpr long in_a_second = 1000;

std::uint64_t deadline_in(const timespec& duration) { return deadline_after(*Execution::current(), duration); }

// Negative: no time-out.
std::uint64_t deadline_in_milliseconds(int milliseconds) {
  if (milliseconds < 0) return never;
  return deadline_in({.tv_sec = milliseconds / in_a_second, .tv_nsec = milliseconds % in_a_second * 1'000'000});
}

bool any_is_ready(const DescriptorWait& wait) { return real::poll()(wait.all, wait.count, 0) != 0; }

// The call itself never waits: it is made when something is ready, or the time is up.
template <class Really>
int wait_for_any(pollfd* all, nfds_t count, std::uint64_t deadline, const void* place, Really really) {
  const DescriptorWait wait{.is_ready = &any_is_ready, .all = all, .count = count};
  return static_cast<int>(on_descriptors(&wait, deadline, place, really));
}

int poll_until(pollfd* all, nfds_t count, std::uint64_t deadline, const void* place) {
  return wait_for_any(all, count, deadline, place, [&] { return real::poll()(all, count, 0); });
}

bool contains(int descriptor, const fd_set* set) { return set != nullptr && FD_ISSET(descriptor, set); }

int select_until(int end, fd_set* reads, fd_set* writes, fd_set* errors, std::uint64_t deadline, const void* place) {
  std::array<pollfd, FD_SETSIZE> all;
  nfds_t count = 0;
  for (int descriptor = 0; descriptor < std::min(end, FD_SETSIZE); ++descriptor) {
    short events = 0;
    if (contains(descriptor, reads)) events |= POLLIN;
    if (contains(descriptor, writes)) events |= POLLOUT;
    if (contains(descriptor, errors)) events |= POLLPRI;
    if (events != 0) all[count++] = {descriptor, events, 0};
  }
  return wait_for_any(all.data(), count, deadline, place, [&] {
    timeval at_once{};
    return real::select()(end, reads, writes, errors, &at_once);
  });
}

int epoll_until(int descriptor, epoll_event* events, int events_max, std::uint64_t deadline, const void* place) {
  pollfd itself{descriptor, POLLIN, 0};
  return wait_for_any(&itself, 1, deadline, place,
                      [&] { return real::epoll_wait()(descriptor, events, events_max, 0); });
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

#define SNAG_PLACE __builtin_return_address(0)

extern "C" {

int poll(pollfd* all, nfds_t count, int milliseconds) {
  if (!in_program) return real::poll()(all, count, milliseconds);
  return poll_until(all, count, deadline_in_milliseconds(milliseconds), SNAG_PLACE);
}

// Signals are not controlled: the mask is as if it were not given.
int ppoll(pollfd* all, nfds_t count, const timespec* duration, const sigset_t* mask) {
  if (!in_program) return real::ppoll()(all, count, duration, mask);
  return poll_until(all, count, duration == nullptr ? snag::never : deadline_in(*duration), SNAG_PLACE);
}

int select(int end, fd_set* reads, fd_set* writes, fd_set* errors, timeval* duration) {
  if (!in_program) return real::select()(end, reads, writes, errors, duration);
  const std::uint64_t deadline =
      duration == nullptr ? snag::never
                          : deadline_in({.tv_sec = duration->tv_sec, .tv_nsec = duration->tv_usec * in_a_second});
  return select_until(end, reads, writes, errors, deadline, SNAG_PLACE);
}

int pselect(int end, fd_set* reads, fd_set* writes, fd_set* errors, const timespec* duration, const sigset_t* mask) {
  if (!in_program) return real::pselect()(end, reads, writes, errors, duration, mask);
  return select_until(end, reads, writes, errors, duration == nullptr ? snag::never : deadline_in(*duration),
                      SNAG_PLACE);
}

int epoll_wait(int descriptor, epoll_event* events, int events_max, int milliseconds) {
  if (!in_program) return real::epoll_wait()(descriptor, events, events_max, milliseconds);
  return epoll_until(descriptor, events, events_max, deadline_in_milliseconds(milliseconds), SNAG_PLACE);
}

int epoll_pwait(int descriptor, epoll_event* events, int events_max, int milliseconds, const sigset_t* mask) {
  if (!in_program) return real::epoll_pwait()(descriptor, events, events_max, milliseconds, mask);
  return epoll_until(descriptor, events, events_max, deadline_in_milliseconds(milliseconds), SNAG_PLACE);
}
}
