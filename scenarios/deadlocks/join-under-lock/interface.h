// A recorder whose worker writes one record in the background.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// A recorder. Only its owner calls these, each once.
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Starts the worker.
  virtual void start() = 0;
  /// Waits for the worker to be done: how many records there are.
  virtual int stop() = 0;
};

/// What a variant implements.
std::unique_ptr<Recorder> make_recorder();

}  // namespace solution
