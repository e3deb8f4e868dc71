// The writer is an ordinary thread with an end: it is told that nothing more will come, and the program waits for it.
#include "interface.h"

namespace solution {
namespace {

using snag::threading::Thread;

class EndingLog final : public Log {
 public:
  EndingLog() { snag::name(lines_, "lines"); }

  void add(int line) override { lines_.put(line); }

  void close() override { lines_.shutdown(); }

  void write_to(File& file) {
    try {
      for (;;) {
        file.write(lines_.get());
        file.flush();
      }
    } catch (const snag::queue::ShutDown&) {}
  }

 private:
  snag::queue::Queue<int> lines_;
};

}  // namespace

std::shared_ptr<Log> start_log(std::shared_ptr<File> file) {
  auto log = std::make_shared<EndingLog>();
  Thread({.name = "writer"}, [log, file] { log->write_to(*file); }).start();
  return log;
}

}  // namespace solution
