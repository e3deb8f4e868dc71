// Programs whose threads share static variables: members, elements, what stands in a function.
#include "programs.h"

#include "../../../harness/instrument/include/snag/ignore.h"

#include <atomic>
#include <thread>

namespace programs {

namespace {

struct Account {
  long number = 0;
  int balance = 0;
};

struct Entry {
  int key;
  int count[2];
};

Account account;
Entry table[5];
std::atomic<int> tickets;

template <class Body>
void twice(Body body) {
  std::thread one(body);
  std::thread other(body);
  one.join();
  other.join();
}

}  // namespace

void races_on_a_member() {
  twice([] { account.balance = account.balance + 1; });
}

void races_on_an_element() {
  twice([] { ++table[3].count[1]; });
}

void races_on_a_static_local() {
  twice([] {
    static int calls;
    ++calls;
  });
}

void counts_roughly() {
  twice([] {
    const snag::Ignore ignore;
    account.number = account.number + 1;
  });
}

void loses_a_ticket() {
  tickets = 0;
  twice([] { tickets = tickets + 1; });
}

}  // namespace programs
