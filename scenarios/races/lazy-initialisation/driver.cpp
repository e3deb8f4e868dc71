// Two threads need the connection.
#include "interface.h"

namespace solution {

void scenario() {
  Server server;
  auto client = make_client(server);
  snag::check(server.opened() == 0, "no connection is opened before it is needed");
  int one = 0;  // each is written by one thread and read after its join
  int other = 0;
  snag::thread first([&] { one = client->connection(); });
  snag::thread second([&] { other = client->connection(); });
  first.join();
  second.join();
  snag::check(server.opened() == 1, "one connection is opened");
  snag::check(one == 1 && other == 1, "everybody gets the open connection");
}

}  // namespace solution
