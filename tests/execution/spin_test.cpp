// SpinDetector: events may be put off as long as it makes no difference to any answer.
#include "harness/execution/spin.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

namespace snag {
namespace {

// One of few events, so that they repeat.
Event event_of(unsigned char code, Step step) {
  static constexpr OperationKind kinds[] = {OperationKind::lock, OperationKind::unlock, OperationKind::store,
                                            OperationKind::load, OperationKind::try_lock};
  Event event;
  event.operation.kind = kinds[code % 16 < 14 ? code % 3 : 3 + code % 2];
  event.operation.object = code / 16 % 2;
  event.success = code / 32 % 4 != 0;
  event.step = step;
  return event;
}

RC_GTEST_PROP(SpinDetector, answers_the_same_where_it_puts_off_what_it_may, ()) {
  // Rounds of a few events: what is drawn at random hardly ever repeats.
  const auto round = *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<unsigned char>>());
  const auto before = *rc::gen::arbitrary<std::vector<unsigned char>>();
  const std::size_t period = 1 + round.size() % 3;
  std::vector<Event> events;
  for (const unsigned char code : before)
    if (events.size() < 4) events.push_back(event_of(code, static_cast<Step>(events.size())));
  for (std::size_t i = 0; i < 30; ++i)
    events.push_back(event_of(round[i % period % round.size()], static_cast<Step>(events.size())));
  SpinDetector at_once;
  SpinDetector late;
  at_once.begin(SpinDetector::Question::looks_only);  // which puts nothing off
  late.begin(SpinDetector::Question::repeats);
  std::size_t put_off = 0;
  bool repeated = false;
  for (const Event& event : events) {
    RC_ASSERT(!at_once.put_off(event));
    const bool expected = at_once.observe(event);
    repeated = repeated || expected;
    if (late.put_off(event)) {
      ++put_off;
      RC_ASSERT(!expected);
      continue;
    }
    late.catch_up(events);
    RC_ASSERT(late.observe(event) == expected);
    RC_ASSERT(late.period() == at_once.period());
    RC_ASSERT(late.matched() == at_once.matched());
    RC_ASSERT(late.left() == at_once.left());
  }
  RC_CLASSIFY(put_off > 0 && repeated, "put off, and repeated");
}

}  // namespace
}  // namespace snag
