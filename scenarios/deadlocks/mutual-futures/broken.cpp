// The parts make up the gross price, so each is what the other one leaves.
#include "interface.h"

namespace solution {

void compute_net(Bill& bill) { bill.net_promise.set_value(bill.gross - bill.tax.get()); }

void compute_tax(Bill& bill) { bill.tax_promise.set_value(bill.gross - bill.net.get()); }

}  // namespace solution
