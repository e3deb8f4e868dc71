// The end of the program waits until every line is written and flushed. Then the daemon may be cut off.
#include "interface.h"

namespace solution {
namespace {

using snag::threading::Thread;

class DaemonLog final : public Log {
 public:
  DaemonLog() { snag::name(lines_, "lines"); }

  void add(int line) override { lines_.put(line); }

  void close() override { lines_.join(); }

  void write_to(File& file) {
    for (;;) {
      file.write(lines_.get());
      file.flush();
      lines_.task_done();
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
