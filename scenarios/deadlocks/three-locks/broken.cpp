// Each job locks its two tables in the order in which it thinks of them.
#include "interface.h"

#include <mutex>

namespace solution {
namespace {

void add_row_to_both(Table& first, Table& second) {
  std::lock_guard outer(first.mutex);
  std::lock_guard inner(second.mutex);
  first.rows += 1;
  second.rows += 1;
}

}  // namespace

void place_order(Shop& shop) { add_row_to_both(shop.orders, shop.stock); }
void deliver(Shop& shop) { add_row_to_both(shop.stock, shop.invoices); }
void bill(Shop& shop) { add_row_to_both(shop.invoices, shop.orders); }

}  // namespace solution
