// A connection to a server that is opened when somebody first needs it.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The server; part of the driver. It numbers the connections that it opens: 1, 2, 3, ...
class Server {
 public:
  Server() { snag::name(opened_, "opened connections"); }

  int open() { return opened_.fetch_add(1) + 1; }
  int opened() { return opened_.load(); }

 private:
  snag::atomic<int> opened_{0};
};

/// A client of the server. Any thread may call any member at any time.
class Client {
 public:
  virtual ~Client() = default;
  /// The number of the client's only connection, which is opened at the first call.
  virtual int connection() = 0;
};

/// What a variant implements: a client of the server given.
std::unique_ptr<Client> make_client(Server& server);

}  // namespace solution
