// Pipes and sockets between threads.
#include "interface.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace programs {

namespace {

// Two ends, closed when all is over.
struct Ends {
  int read = -1;
  int write = -1;
  Ends() = default;
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends() {
    close(read);
    close(write);
  }
};

struct Pipe : Ends {
  Pipe() {
    int ends[2];
    require(pipe(ends) == 0, "no pipe could be made");
    read = ends[0];
    write = ends[1];
  }
};

struct Sockets : Ends {
  Sockets() {
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "no sockets could be made");
    read = ends[0];
    write = ends[1];
  }
};

}  // namespace

void wakes_by_a_pipe() {
  Pipe pipe;
  int data = 0;
  std::thread sleeper([&] {
    char byte = 0;
    require(read(pipe.read, &byte, 1) == 1 && byte == 'x', "another byte was read");
    require(data == 5, "the read came before the write");
  });
  data = 5;
  require(write(pipe.write, "x", 1) == 1, "nothing was written");
  sleeper.join();
}

void pours_through_a_pipe() {
  constexpr std::size_t size = 200'000;  // more than there is room for
  Pipe pipe;
  std::thread pourer([&] {
    const std::vector<char> bytes(size, 'y');
    require(write(pipe.write, bytes.data(), bytes.size()) == static_cast<ssize_t>(size), "not all was written");
  });
  std::size_t got = 0;
  std::vector<char> room(50'000);
  while (got < size) {
    const ssize_t count = read(pipe.read, room.data(), room.size());
    require(count > 0, "the pipe has ended");
    got += static_cast<std::size_t>(count);
  }
  pourer.join();
}

void waits_for_any_of_two() {
  Pipe one;
  Sockets other;
  std::thread writer([&] { require(write(one.write, "a", 1) == 1, "nothing was written"); });
  std::thread sender([&] { require(send(other.write, "b", 1, 0) == 1, "nothing was sent"); });
  std::string got;
  while (got.size() < 2) {
    pollfd all[2] = {{one.read, POLLIN, 0}, {other.read, POLLIN, 0}};
    require(poll(all, 2, -1) > 0, "poll came back with nothing");
    char byte = 0;
    if (all[0].revents != 0 && read(one.read, &byte, 1) == 1) got += byte;
    if (all[1].revents != 0 && recv(other.read, &byte, 1, 0) == 1) got += byte;
  }
  require(got == "ab" || got == "ba", "other bytes came");
  writer.join();
  sender.join();
}

void waits_for_events_in_time() {
  const int event = eventfd(0, 0);
  const int queue = epoll_create1(0);
  epoll_event wanted{.events = EPOLLIN, .data = {}};
  require(epoll_ctl(queue, EPOLL_CTL_ADD, event, &wanted) == 0, "epoll_ctl failed");
  std::thread setter([&] {
    const std::uint64_t one = 1;
    require(write(event, &one, sizeof one) == sizeof one, "the event was not set");
  });
  epoll_event found{};
  if (epoll_wait(queue, &found, 1, 5) == 0) {
    fd_set reads;
    FD_ZERO(&reads);
    FD_SET(event, &reads);
    require(select(event + 1, &reads, nullptr, nullptr, nullptr) == 1, "select came back with nothing");
  }
  std::uint64_t count = 0;
  require(read(event, &count, sizeof count) == sizeof count && count == 1, "it was set to another value");
  setter.join();
  close(queue);
  close(event);
}

void reads_what_nobody_writes() {
  Pipe pipe;
  std::thread sleeper([&] {
    char byte = 0;
    require(read(pipe.read, &byte, 1) == 1, "nothing was read");
  });
  sleeper.join();
}

}  // namespace programs
