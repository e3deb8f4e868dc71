// A log that a thread in the background writes to a file.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The file; part of the driver. What was written is in it only when it was flushed.
class File {
 public:
  void write(int line) { buffer_ += line; }
  void flush() {
    on_disk_ += buffer_.read();
    buffer_ = 0;
  }
  /// The sum of all lines on the disk.
  int on_disk() { return on_disk_; }

 private:
  snag::shared<int> buffer_{0, "buffer"};
  snag::shared<int> on_disk_{0, "on disk"};
};

/// The log.
class Log {
 public:
  virtual ~Log() = default;
  /// Hands a line to the thread in the background. Never waits for the disk.
  virtual void add(int line) = 0;
  /// Called when the program is done with the log, at the end of main.
  virtual void close() = 0;
};

/// What a variant implements: starts a thread that writes what is added to the file.
std::shared_ptr<Log> start_log(std::shared_ptr<File> file);

}  // namespace solution
