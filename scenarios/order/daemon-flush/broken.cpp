// The writer is a daemon, so that the program does not wait for it in vain: it has no end.
#include "interface.h"

namespace solution {
namespace {

using snag::threading::Thread;

class DaemonLog final : public Log {
 public:
  DaemonLog() { snag::name(lines_, "lines"); }

  void add(int line) override { lines_.put(line); }

  void close() override {}

  void write_to(File& file) {
    for (;;) {
      file.write(lines_.get());
      file.flush();
    }
  }

 private:
  snag::queue::Queue<int> lines_;
};

}  // namespace

std::shared_ptr<Log> start_log(std::shared_ptr<File> file) {
  auto log = std::make_shared<DaemonLog>();
  Thread({.name = "writer", .daemon = true}, [log, file] { log->write_to(*file); }).start();
  return log;
}

}  // namespace solution
