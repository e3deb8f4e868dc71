// Makes room for the partner's next letter before it sends its own next one.
#include "interface.h"

namespace solution {

int exchange(Letters& to_partner, Letters& from_partner) {
  int sum = 0;
  for (int letter = 1; letter <= letters_sent; ++letter) {
    to_partner.put(letter);
    sum += from_partner.get();
  }
  return sum;
}

}  // namespace solution
