// A shop with three tables, each with its own lock; every job changes two of them.
#pragma once

#include <snag/snag.h>

namespace solution {

/// One table. Its rows may be touched only under its own lock.
struct Table {
  Table(const char* lock_name, const char* rows_name) : rows(0, rows_name) { snag::name(mutex, lock_name); }

  snag::mutex mutex;
  snag::shared<int> rows;
};

/// All of them.
struct Shop {
  Table orders{"orders lock", "orders"};
  Table stock{"stock lock", "stock"};
  Table invoices{"invoices lock", "invoices"};
};

/// What a variant implements. Each adds a row to both its tables, and nobody may see only one of the two.
void place_order(Shop& shop);  ///< orders and stock
void deliver(Shop& shop);      ///< stock and invoices
void bill(Shop& shop);         ///< invoices and orders

}  // namespace solution
