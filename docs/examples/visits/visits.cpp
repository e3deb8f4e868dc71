#include <snag/main.h>
#include <snag/snag.h>

// Counts the visitors of a page.
class Counter {
 public:
  void visit() { hits_ = hits_ + 1; }
  int hits() const { return hits_; }

 private:
  snag::shared<int> hits_{0, "hits"};  // in the real program: int hits_ = 0;
};

// Two visitors at the same time: both must be counted.
void two_visitors() {
  Counter counter;
  snag::thread one([&] { counter.visit(); });
  snag::thread other([&] { counter.visit(); });
  one.join();
  other.join();
  snag::check(counter.hits() == 2, "both visits are counted");
}

std::vector<snag::Scenario> snag::catalogue() {
  return {{.name = "visits/two", .body = two_visitors, .summary = "two visitors at the same time"}};
}
