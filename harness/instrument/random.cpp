#include "harness/instrument/random.h"

#include "harness/instrument/real.h"
#include "harness/instrument/runtime.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>

namespace snag::instrument {

namespace {

// rand() and drand48() have one state for all threads: who draws first gets what comes first. Each draw is an operation.
struct Generators {
  std::array<char, 128> room;  // as much as glibc's own has: the same numbers come of a seed
  random_data random;
  drand48_data drand48;
  std::array<unsigned short, 3> before_seed48;
  std::uint64_t draws;
  ObjectHandle object;
  bool begun;  // in this execution
};
constinit Generators generators{};
// By the program before main.
constinit unsigned seed_at_begin = 1;
constinit bool seeded48_at_begin = false;
constinit long seed48_at_begin = 0;

constexpr std::uint32_t number_of_generators = 0xffff'fff0;  // among the objects of T0, apart from all others

// By who is the first to draw: that is dear, and few programs do.
void begin_generators(Execution& execution) {
  generators = {};
  generators.begun = true;
  generators.object = execution.create_object_of(0, number_of_generators, ObjectKind::atomic);
  initstate_r(seed_at_begin, generators.room.data(), generators.room.size(), &generators.random);
  if (seeded48_at_begin) srand48_r(seed48_at_begin, &generators.drand48);
}

/// Changes the generators' state as one operation.
template <class Change>
void perform(const void* place, Change change) {
  const Inside inside;
  Execution& execution = inside.execution;
  if (!generators.begun) begin_generators(execution);
  const auto draw = [&](Event& event) {
    event.before = generators.draws++;
    event.after = generators.draws;
    change(generators);
  };
  if (!execution.perform({.operation = {.kind = OperationKind::read_modify_write,
                                        .order = MemoryOrder::relaxed,
                                        .object = generators.object.index,
                                        .place = place}},
                         draw)) {
    Event unseen;
    draw(unseen);
  }
}

int draw_random(const void* place) {
  int result = 0;
  perform(place, [&](Generators& all) { random_r(&all.random, &result); });
  return result;
}

thread_local constinit std::uint64_t drawn = 0;

// The nth number of a thread, whatever the others do (splitmix64).
std::uint64_t next(std::uint64_t identity) {
  std::uint64_t value = identity + ++drawn * 0x9E3779B97F4A7C15U;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

}  // namespace

void begin_random() { generators.begun = false; }

void begin_random_of_thread() { drawn = 0; }

void draw(void* bytes, unsigned long size) {
  const Inside inside;
  const std::uint64_t identity = inside.execution.running().identity;
  auto* at = static_cast<unsigned char*>(bytes);
  while (size > 0) {
    const std::uint64_t value = next(identity);
    const unsigned long piece = std::min<unsigned long>(size, sizeof value);
    std::memcpy(at, &value, piece);
    at += piece;
    size -= piece;
  }
}

}  // namespace snag::instrument

using namespace snag::instrument;

#define SNAG_PLACE __builtin_return_address(0)

extern "C" {

int rand() noexcept { return in_program ? draw_random(SNAG_PLACE) : real::rand()(); }
long random() noexcept { return in_program ? draw_random(SNAG_PLACE) : real::random()(); }

void srandom(unsigned seed) noexcept {
  if (in_program) return perform(SNAG_PLACE, [&](Generators& all) { srandom_r(seed, &all.random); });
  seed_at_begin = seed;
  real::srandom()(seed);
}

void srand(unsigned seed) noexcept {
  if (in_program) return perform(SNAG_PLACE, [&](Generators& all) { srandom_r(seed, &all.random); });
  seed_at_begin = seed;
  real::srand()(seed);
}

char* initstate(unsigned seed, char* room, std::size_t size) noexcept {
  if (!in_program) return real::initstate()(seed, room, size);
  char* before = nullptr;
  perform(SNAG_PLACE, [&](Generators& all) {
    before = reinterpret_cast<char*>(all.random.state - 1);  // where setstate finds it again
    if (initstate_r(seed, room, size, &all.random) != 0) before = nullptr;
  });
  return before;
}

char* setstate(char* room) noexcept {
  if (!in_program) return real::setstate()(room);
  char* before = nullptr;
  perform(SNAG_PLACE, [&](Generators& all) {
    before = reinterpret_cast<char*>(all.random.state - 1);
    if (setstate_r(room, &all.random) != 0) before = nullptr;
  });
  return before;
}

void srand48(long seed) noexcept {
  if (in_program) return perform(SNAG_PLACE, [&](Generators& all) { srand48_r(seed, &all.drand48); });
  seeded48_at_begin = true;
  seed48_at_begin = seed;
  real::srand48()(seed);
}

unsigned short* seed48(unsigned short seed[3]) noexcept {
  if (!in_program) return real::seed48()(seed);
  perform(SNAG_PLACE, [&](Generators& all) {
    seed48_r(seed, &all.drand48);
    std::copy_n(all.drand48.__old_x, 3, all.before_seed48.begin());
  });
  return generators.before_seed48.data();
}

void lcong48(unsigned short parameters[7]) noexcept {
  if (!in_program) return real::lcong48()(parameters);
  perform(SNAG_PLACE, [&](Generators& all) { lcong48_r(parameters, &all.drand48); });
}

double drand48() noexcept {
  if (!in_program) return real::drand48()();
  double result = 0;
  perform(SNAG_PLACE, [&](Generators& all) { drand48_r(&all.drand48, &result); });
  return result;
}

long lrand48() noexcept {
  if (!in_program) return real::lrand48()();
  long result = 0;
  perform(SNAG_PLACE, [&](Generators& all) { lrand48_r(&all.drand48, &result); });
  return result;
}

long mrand48() noexcept {
  if (!in_program) return real::mrand48()();
  long result = 0;
  perform(SNAG_PLACE, [&](Generators& all) { mrand48_r(&all.drand48, &result); });
  return result;
}

ssize_t getrandom(void* bytes, std::size_t size, unsigned flags) {
  if (!in_program) return real::getrandom()(bytes, size, flags);
  draw(bytes, size);
  return static_cast<ssize_t>(size);
}

int getentropy(void* bytes, std::size_t size) {
  if (!in_program) return real::getentropy()(bytes, size);
  constexpr std::size_t size_max = 256;
  if (size > size_max) {
    errno = EIO;
    return -1;
  }
  draw(bytes, size);
  return 0;
}
}

// What std::random_device asks the machine for.
std::random_device::result_type std::random_device::_M_getval() {
  if (!in_program) return snag::instrument::real::random_device_value()(this);
  result_type value = 0;
  draw(&value, sizeof value);
  return value;
}
