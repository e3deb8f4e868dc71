// A bill with tax: two threads compute its two parts, each a future.
#pragma once

#include <snag/snag.h>

namespace solution {

/// The bill. The tax is a fifth of the net price, and the two make up the gross price.
struct Bill {
  explicit Bill(int gross_price) : gross(gross_price), net(net_promise.get_future()), tax(tax_promise.get_future()) {
    snag::name(net_promise, "net");
    snag::name(tax_promise, "tax");
  }

  const int gross;
  snag::promise<int> net_promise;
  snag::promise<int> tax_promise;
  snag::shared_future<int> net;
  snag::shared_future<int> tax;
};

/// What a variant implements. Computes the net price and keeps its promise; runs on a thread of its own.
void compute_net(Bill& bill);
/// What a variant implements. Computes the tax and keeps its promise; runs on a thread of its own.
void compute_tax(Bill& bill);

}  // namespace solution
