// The queues between the stages of a pipeline.
#pragma once

#include <snag/snag.h>

#include <memory>
#include <optional>

namespace solution {

/// A channel from one stage to the next. One thread sends and closes, another receives.
class Channel {
 public:
  virtual ~Channel() = default;
  /// Sends an item. Never waits.
  virtual void send(int item) = 0;
  /// Says that nothing more will be sent.
  virtual void close() = 0;
  /// The next item; waits for it. Nothing when the channel is closed and everything sent has been received.
  virtual std::optional<int> receive() = 0;
};

/// What a variant implements: a channel whose parts bear this name in reports.
std::unique_ptr<Channel> make_channel(const char* name);

}  // namespace solution
