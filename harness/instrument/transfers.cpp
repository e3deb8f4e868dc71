// read, write and their like. What is read waits until there is something, what is written until there is room; a long
// write is done in pieces that fit, or it would wait for a reader that cannot run.
#include "harness/instrument/descriptors.h"
#include "harness/instrument/random.h"
#include "harness/instrument/real.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace snag::instrument {

namespace {

bool ready_for_events(const DescriptorWait& wait) { return is_ready(wait.descriptor, wait.events); }

/// Makes the call when the descriptor is ready for it.
template <class Really>
long when(int descriptor, short events, const void* place, Really really) {
  if (!may_wait(descriptor)) return really();
  const DescriptorWait wait{.is_ready = &ready_for_events, .descriptor = descriptor, .events = events};
  return on_descriptors(&wait, never, place, really);
}

bool is_socket(int descriptor) {
  struct stat info {};
  return fstat(descriptor, &info) == 0 && S_ISSOCK(info.st_mode);
}

// /dev/random and /dev/urandom.
bool is_random(int descriptor) {
  struct stat info {};
  if (fstat(descriptor, &info) != 0 || !S_ISCHR(info.st_mode)) return false;
  return major(info.st_rdev) == 1 && (minor(info.st_rdev) == 8 || minor(info.st_rdev) == 9);
}

// piece(begin, size) writes some; all are written, unless something is wrong.
template <class Piece>
long write_all(int descriptor, std::size_t size, std::size_t piece_max, const void* place, Piece piece) {
  std::size_t written = 0;
  do {
    const std::size_t wanted = std::min(size - written, piece_max);
    const long count = when(descriptor, POLLOUT, place, [&] { return piece(written, wanted); });
    if (count < 0) {
      if (errno == EAGAIN) continue;
      return written > 0 ? static_cast<long>(written) : count;
    }
    written += static_cast<std::size_t>(count);
  } while (written < size);
  return static_cast<long>(written);
}

long send_all(int descriptor, const void* bytes, std::size_t size, int flags, const void* place) {
  return write_all(descriptor, size, size, place, [&](std::size_t begin, std::size_t wanted) {
    return real::send()(descriptor, static_cast<const char*>(bytes) + begin, wanted, flags | MSG_DONTWAIT);
  });
}

}  // namespace

}  // namespace snag::instrument

using namespace snag::instrument;

#define SNAG_PLACE __builtin_return_address(0)

extern "C" {

ssize_t read(int descriptor, void* bytes, std::size_t size) {
  if (!in_program) return real::read()(descriptor, bytes, size);
  if (is_random(descriptor)) {
    draw(bytes, size);
    return static_cast<ssize_t>(size);
  }
  return when(descriptor, POLLIN, SNAG_PLACE, [&] { return real::read()(descriptor, bytes, size); });
}

ssize_t readv(int descriptor, const iovec* pieces, int count) {
  if (!in_program) return real::readv()(descriptor, pieces, count);
  return when(descriptor, POLLIN, SNAG_PLACE, [&] { return real::readv()(descriptor, pieces, count); });
}

ssize_t recv(int descriptor, void* bytes, std::size_t size, int flags) {
  if (!in_program || (flags & MSG_DONTWAIT) != 0) return real::recv()(descriptor, bytes, size, flags);
  return when(descriptor, POLLIN, SNAG_PLACE, [&] { return real::recv()(descriptor, bytes, size, flags); });
}

ssize_t recvfrom(int descriptor, void* bytes, std::size_t size, int flags, sockaddr* from, socklen_t* from_size) {
  const auto really = [&] { return real::recvfrom()(descriptor, bytes, size, flags, from, from_size); };
  if (!in_program || (flags & MSG_DONTWAIT) != 0) return really();
  return when(descriptor, POLLIN, SNAG_PLACE, really);
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
  const auto really = [&] { return real::recvmsg()(descriptor, message, flags); };
  if (!in_program || (flags & MSG_DONTWAIT) != 0) return really();
  return when(descriptor, POLLIN, SNAG_PLACE, really);
}

ssize_t write(int descriptor, const void* bytes, std::size_t size) {
  if (!in_program || !may_wait(descriptor)) return real::write()(descriptor, bytes, size);
  if (is_socket(descriptor)) return send_all(descriptor, bytes, size, 0, SNAG_PLACE);
  return write_all(descriptor, size, PIPE_BUF, SNAG_PLACE, [&](std::size_t begin, std::size_t wanted) {
    return real::write()(descriptor, static_cast<const char*>(bytes) + begin, wanted);
  });
}

ssize_t writev(int descriptor, const iovec* pieces, int count) {
  if (!in_program) return real::writev()(descriptor, pieces, count);
  return when(descriptor, POLLOUT, SNAG_PLACE, [&] { return real::writev()(descriptor, pieces, count); });
}

ssize_t send(int descriptor, const void* bytes, std::size_t size, int flags) {
  if (!in_program || (flags & MSG_DONTWAIT) != 0 || !may_wait(descriptor))
    return real::send()(descriptor, bytes, size, flags);
  return send_all(descriptor, bytes, size, flags, SNAG_PLACE);
}

ssize_t sendto(int descriptor, const void* bytes, std::size_t size, int flags, const sockaddr* to, socklen_t to_size) {
  const auto really = [&] { return real::sendto()(descriptor, bytes, size, flags, to, to_size); };
  if (!in_program || (flags & MSG_DONTWAIT) != 0) return really();
  return when(descriptor, POLLOUT, SNAG_PLACE, really);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  const auto really = [&] { return real::sendmsg()(descriptor, message, flags); };
  if (!in_program || (flags & MSG_DONTWAIT) != 0) return really();
  return when(descriptor, POLLOUT, SNAG_PLACE, really);
}

int accept(int descriptor, sockaddr* address, socklen_t* size) {
  if (!in_program) return real::accept()(descriptor, address, size);
  return static_cast<int>(
      when(descriptor, POLLIN, SNAG_PLACE, [&] { return real::accept()(descriptor, address, size); }));
}

int accept4(int descriptor, sockaddr* address, socklen_t* size, int flags) {
  if (!in_program) return real::accept4()(descriptor, address, size, flags);
  return static_cast<int>(
      when(descriptor, POLLIN, SNAG_PLACE, [&] { return real::accept4()(descriptor, address, size, flags); }));
}
}
