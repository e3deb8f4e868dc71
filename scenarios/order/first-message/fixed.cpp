// Greets, and then listens.
#include "interface.h"

namespace solution {

int greet(Letterbox& own, Letterbox& partners, int greeting) {
  partners.send(greeting);
  return own.receive();
}

}  // namespace solution
