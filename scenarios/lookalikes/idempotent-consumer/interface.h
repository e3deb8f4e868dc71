// Payments that arrive by messages. The sender repeats a message if it is not sure that it arrived.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A message: what is paid in. A repeated message has the number of the first one.
struct Message {
  int number;  ///< 0 or 1
  int amount;
};

/// An account that is filled by messages. Any thread may call any member at any time.
class Account {
 public:
  virtual ~Account() = default;
  /// Deals with a message, which may be one that was dealt with already, or is just now.
  virtual void consume(Message message) = 0;
  /// The sum of all amounts paid in, each once.
  virtual int balance() = 0;
};

/// What a variant implements.
std::unique_ptr<Account> make_account();

}  // namespace solution
