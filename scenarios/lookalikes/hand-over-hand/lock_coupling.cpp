// Walks along the list and takes the next node's lock before it lets go of the present one's: hand over hand.
#include "interface.h"

#include <mutex>

namespace solution {

void insert(Node& first, Node& node) {
  Node* before = &first;
  std::unique_lock before_lock(before->mutex);
  for (;;) {
    Node* const after = before->next;
    std::unique_lock after_lock(after->mutex);
    if (after->value > node.value) {
      node.next = after;
      before->next = &node;
      return;
    }
    before = after;
    before_lock = std::move(after_lock);
  }
}

}  // namespace solution
