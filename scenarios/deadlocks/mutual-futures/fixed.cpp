// The net price follows from what is known at the beginning, and the tax from the net price.
#include "interface.h"

namespace solution {

void compute_net(Bill& bill) { bill.net_promise.set_value(bill.gross * 5 / 6); }

void compute_tax(Bill& bill) { bill.tax_promise.set_value(bill.gross - bill.net.get()); }

}  // namespace solution
