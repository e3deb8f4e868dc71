// An office: requests that keep coming, and a report that is to be written.
#pragma once

#include <snag/snag.h>

#include <chrono>
#include <vector>

namespace solution {

/// What there is to do.
class Office {
 public:
  static constexpr int requests = 10;  ///< at each of two counters
  /// Waits until the nth request (from 0) comes to the counter (0 or 1), and answers it. One comes every 10 ms.
  static void answer(int counter, int request) {
    using namespace std::chrono_literals;
    const auto comes = std::chrono::milliseconds(10 * request + 5 * counter);
    snag::this_thread::sleep_until(snag::steady_clock::time_point(comes));
    snag::work(6ms);
  }
  static void write_report() { snag::work(std::chrono::milliseconds(5)); }
};

/// What a variant implements: starts a thread for each counter, which answers its requests, and then one that writes
/// the report. There is one processor for all. A request should be answered soon; the report should be written.
std::vector<snag::thread> start();

}  // namespace solution
