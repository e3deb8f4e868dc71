// A session with a worker thread of its own, which handles one request.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A session. Only its owner calls these, in this order.
class Session {
 public:
  virtual ~Session() = default;
  /// Starts the worker.
  virtual void start() = 0;
  /// Returns when the worker is gone.
  virtual void close() = 0;
  /// How many requests were handled. Called after close.
  virtual int handled() = 0;
};

/// What a variant implements.
std::unique_ptr<Session> make_session();

}  // namespace solution
