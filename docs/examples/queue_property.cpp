// A bounded queue: one property over schedules, and one that holds it against a sequential model.
#include <snag/rapidcheck.h>
#include <snag/snag.h>

#include <rapidcheck.h>

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <ostream>
#include <vector>

constexpr std::size_t room = 2;

class Queue {
 public:
  bool push(int item) {
    const std::lock_guard guard(mutex_);
    if (items_.size() == room) return false;
    items_.push_back(item);
    return true;
  }
  std::optional<int> pop() {
    const std::lock_guard guard(mutex_);
    if (items_.empty()) return std::nullopt;
    const int item = items_.front();
    items_.pop_front();
    return item;
  }

 private:
  snag::mutex mutex_;
  std::deque<int> items_;
};

// A command: what it does to the queue, and to the model of it. Its result is the item that was popped, or the one that
// there was no room for.
struct Command {
  std::optional<int> pushed;  // nothing: a pop

  std::optional<int> run(Queue& queue) const {
    if (!pushed) return queue.pop();
    return queue.push(*pushed) ? std::nullopt : pushed;
  }
  std::optional<int> apply(std::deque<int>& model) const {
    if (pushed) {
      if (model.size() == room) return pushed;
      model.push_back(*pushed);
      return std::nullopt;
    }
    if (model.empty()) return std::nullopt;
    const int item = model.front();
    model.pop_front();
    return item;
  }
};

std::ostream& operator<<(std::ostream& stream, const Command& command) {
  return command.pushed ? stream << "push(" << *command.pushed << ')' : stream << "pop";
}

template <>
struct rc::Arbitrary<Command> {
  static Gen<Command> arbitrary() {
    return gen::oneOf(gen::just(Command{}), gen::map(gen::inRange(0, 10), [](int item) { return Command{item}; }));
  }
};

int main() {
  using snag::rapidcheck::Parallel;
  using snag::rapidcheck::Schedule;

  bool passed = rc::check("items come out in order", [](const Schedule& schedule, const std::vector<int>& items) {
    snag::rapidcheck::run_under("order", schedule, [&] {
      Queue queue;
      snag::jthread producer([&] {
        for (const int item : items)
          while (!queue.push(item)) snag::this_thread::yield();
      });
      for (const int item : items) {
        std::optional<int> popped;
        while (!(popped = queue.pop())) snag::this_thread::yield();
        RC_ASSERT(*popped == item);
      }
    });
  });

  passed &= rc::check("some order of the commands explains what they return", [](const Parallel<Command>& program) {
    snag::rapidcheck::check_linearizable("queue", program, std::deque<int>(), [] { return Queue(); });
  });

  return passed ? 0 : 1;
}
