// A sorted list with a lock for each node.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// One node of the list. What it holds may be used only under its own lock. The first node and the last one are always
/// there.
struct Node {
  Node(int its_value, Node* its_next, const char* lock_name, const char* next_name)
      : value(its_value), next(its_next, next_name) {
    snag::name(mutex, lock_name);
  }

  const int value;
  snag::mutex mutex;
  snag::shared<Node*> next;
};

/// What a variant implements: puts the node in its place between the first node and the last. Any thread may call this
/// at any time, with a node that is not in the list yet.
void insert(Node& first, Node& node);

}  // namespace solution
