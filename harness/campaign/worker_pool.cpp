#include "harness/campaign/worker_pool.h"

#include "checkers/program_errors.h"
#include "harness/campaign/archive.h"
#include "harness/campaign/child.h"
#include "harness/campaign/crash.h"
#include "harness/campaign/watchdog.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace snag {

namespace {

using WallClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds between_looks{10};
constexpr milliseconds between_close_looks{200};
constexpr milliseconds time_to_stop{50};
constexpr milliseconds time_to_leave{50};
constexpr milliseconds time_to_die{3000};  // for a signal handler to write down what happened
constexpr std::uint64_t idle_deaths_max = 100;
constexpr int deaths_in_one_place_max = 8;  // by SIGKILL, one after another: that is no accident

// Messages: one character for the kind, then the value.
constexpr char message_bug = 'b';
constexpr char message_result = 'r';
constexpr char message_job = 'j';
constexpr char message_above = 'a';  // the tree that tasks from now on belong to

// ---- Sending ---------------------------------------------------------------------------------------------------

bool send_all(int socket, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::send(socket, at, size, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool send_message(int socket, char kind, const std::string& text) {
  std::string message(sizeof(std::uint64_t), '\0');
  const std::uint64_t size = text.size() + 1;
  std::memcpy(message.data(), &size, sizeof size);
  message += kind;
  message += text;
  return send_all(socket, message.data(), message.size());
}

bool receive_all(int socket, void* data, std::size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t count = ::recv(socket, at, size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// The next message, or nothing when the other side has closed.
std::optional<std::string> receive_message(int socket) {
  std::uint64_t size = 0;
  if (!receive_all(socket, &size, sizeof size)) return std::nullopt;
  std::string message(size, '\0');
  if (!receive_all(socket, message.data(), size)) return std::nullopt;
  return message;
}

// Takes a whole message from the front of what has been received.
std::optional<std::string> take_message(std::string& received) {
  std::uint64_t size = 0;
  if (received.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, received.data(), sizeof size);
  if (received.size() < sizeof size + size) return std::nullopt;
  std::string message = received.substr(sizeof size, size);
  received.erase(0, sizeof size + size);
  return message;
}

void flush_all() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
}

// Of a process, in seconds; 0 when it is gone.
double processor_time(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

// ---- One worker ------------------------------------------------------------------------------------------------

struct WorkerPool::Worker {
  // What shows that it gets on.
  struct Signs {
    std::uint64_t beats = 0, execution = 0;
    std::uint32_t runs = 0, choices = 0;
    bool operator==(const Signs&) const = default;
  };
  // Where a worker died that was killed.
  struct Place {
    std::uint64_t execution = WorkerJournal::no_execution;
    WorkerJournal::Stage stage = WorkerJournal::Stage::idle;
    std::uint32_t choices = 0;
    bool operator==(const Place&) const = default;
  };

  pid_t process = 0;
  int socket = -1;
  SharedJournal journal;
  std::string received;
  std::optional<std::uint64_t> job;
  std::shared_ptr<const dpor::Plans> above;  // that it has been told
  bool killed_as_hung = false;
  Signs signs;
  double computed = 0;  // processor time when the signs last changed
  std::optional<WallClock::time_point> crashing_since;
  // Of this worker's predecessors.
  Place last_death;
  int deaths_there = 0;

  bool is_alive() const { return process != 0; }
  Signs signs_now() const {
    return {journal->beats.load(std::memory_order_relaxed), journal->execution.load(std::memory_order_relaxed),
            journal->choices.runs(), journal->choices.count()};
  }
  Place place() const { return {journal->execution, journal->stage, journal->choices.count()}; }
  CrashNote note() const {
    return {journal->execution, journal->stage == WorkerJournal::Stage::settling, journal->choices.count()};
  }
  Death death(std::string name, std::string what, std::string hint) const {
    return {.name = std::move(name),
            .what = std::move(what),
            .hint = std::move(hint),
            .stack = {},
            .note = note(),
            .schedule = journal->choices.schedule(),
            .spinning = journal->choices.spinning()};
  }
  Death death_as_recorded() const {
    const CrashRecord& record = journal->crash;
    Death death = this->death(record.name.data(), record.what.data(), record.hint.data());
    if (death.name.empty()) death.name = crash_finding;
    if (death.what.empty()) death.what = "a thread crashed, and so did what was to tell of it,";
    death.last_operation = record.last_operation;
    death.stack.assign(record.stack.begin(), record.stack.begin() + record.addresses);
    return death;
  }
};

WorkerPool::WorkerPool(const CampaignOptions& options, JobRunner& runner) : options_(options), runner_(runner) {}

WorkerPool::~WorkerPool() { dismiss_all(); }

std::vector<pid_t> WorkerPool::processes() const {
  std::vector<pid_t> processes;
  for (const auto& worker : workers_)
    if (worker->is_alive()) processes.push_back(worker->process);
  return processes;
}

// ---- In the worker ---------------------------------------------------------------------------------------------

void WorkerPool::be_a_worker(int socket, WorkerJournal& journal) {
  // Ctrl-C goes to all processes of the terminal: the parent answers it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  record_crashes_in(journal.crash);
  const ProcessWatch watch({options_.hang_seconds, options_.memory}, &journal.beats);
  bool heard = true;
  const JobHooks hooks{
      .found = [&](const KeyedBug& bug) { heard = heard && send_message(socket, message_bug, archive::packed(bug)); },
      .go_on =
          [&](const JobProgress& progress) {
            journal.executions.store(progress.executions, std::memory_order_relaxed);
            journal.points.store(progress.points, std::memory_order_relaxed);
            journal.bugs.store(progress.bugs, std::memory_order_relaxed);
            if (progress.explored) journal.explored.store(*progress.explored);
            return !journal.stop.load(std::memory_order_relaxed);
          },
      .journal = &journal};
  std::shared_ptr<const dpor::Plans> above;
  while (heard) {
    const std::optional<std::string> message = receive_message(socket);
    if (!message) break;
    const std::string_view value = std::string_view(*message).substr(1);
    if (message->front() == message_above) {
      above = std::make_shared<const dpor::Plans>(archive::unpacked<dpor::Plans>(value));
      continue;
    }
    Job job = archive::unpacked<Job>(value);
    if (job.task) job.task->above = above;
    const JobResult result = runner_.run(job, hooks);
    journal.stage = WorkerJournal::Stage::idle;
    heard = heard && send_message(socket, message_result, archive::packed(result));
  }
  flush_all();
  _exit(0);
}

// ---- In the parent ---------------------------------------------------------------------------------------------

WorkerPool::Worker& WorkerPool::start_worker() {
  const auto dead = std::ranges::find_if(workers_, [](const auto& worker) { return !worker->is_alive(); });
  Worker& worker = dead != workers_.end() ? **dead : *workers_.emplace_back(std::make_unique<Worker>());
  SharedJournal journal = map_journal();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  flush_all();  // what stands in buffers would be written twice
  const pid_t parent = ::getpid();
  const pid_t process = fork_for(runner_.scenario());
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) _exit(1);
    ::close(ends[0]);
    for (const auto& other : workers_)
      if (other->is_alive()) ::close(other->socket);
    be_a_worker(ends[1], *journal);
  }
  const int error = errno;
  ::close(ends[1]);
  if (process < 0) {
    ::close(ends[0]);
    throw std::system_error(error, std::generic_category(), "a worker process cannot be made (--jobs 0 needs none)");
  }
  worker.process = process;
  worker.socket = ends[0];
  worker.journal = std::move(journal);
  worker.received.clear();
  worker.job.reset();
  worker.above.reset();
  worker.killed_as_hung = false;
  worker.signs = {};
  worker.computed = 0;
  worker.crashing_since.reset();
  return worker;
}

WorkerPool::Worker* WorkerPool::idle_worker() {
  std::size_t alive = 0;
  for (const auto& worker : workers_) {
    if (worker->is_alive() && !worker->job) return worker.get();
    alive += worker->is_alive() ? 1 : 0;
  }
  return alive < options_.jobs ? &start_worker() : nullptr;
}

void WorkerPool::deal(JobSource& source) {
  const auto is_free = [](const auto& worker) { return !worker->is_alive() || !worker->job; };
  while (std::ranges::any_of(workers_, is_free) || workers_.size() < options_.jobs) {
    const std::optional<Job> job = source.next();
    if (!job) return;
    Worker& worker = *idle_worker();
    worker.job = job->number;
    worker.journal->stop = false;
    worker.journal->executions = 0;
    worker.journal->points = 0;
    worker.journal->bugs = 0;
    worker.journal->explored = 0;
    // One that has died meanwhile does not hear it: its end will be noticed.
    if (job->task && job->task->above != worker.above) {
      worker.above = job->task->above;
      send_message(worker.socket, message_above, archive::packed(*worker.above));
    }
    send_message(worker.socket, message_job, archive::packed(*job));
  }
}

void WorkerPool::run(JobSource& source, const PoolWatch& watch) {
  WallClock::time_point looked_after = WallClock::now();
  while (!source.is_done()) {
    deal(source);
    wait_for_news(source, between_looks);
    if (WallClock::now() - looked_after >= between_close_looks) {
      look_after(source);
      looked_after = WallClock::now();
    }
    if (!watch(progress(source))) break;
  }
  stop(source);
}

void WorkerPool::wait_for_news(JobSource& source, milliseconds at_most) {
  std::vector<pollfd> waiting;
  std::vector<Worker*> workers;
  for (const auto& worker : workers_) {
    if (!worker->is_alive()) continue;
    waiting.push_back({.fd = worker->socket, .events = POLLIN, .revents = 0});
    workers.push_back(worker.get());
  }
  if (::poll(waiting.data(), waiting.size(), static_cast<int>(at_most.count())) <= 0) return;
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i].revents != 0) receive(*workers[i], source);
}

void WorkerPool::receive(Worker& worker, JobSource& source) {
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::recv(worker.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count <= 0) break;
    worker.received.append(buffer.data(), static_cast<std::size_t>(count));
    while (const std::optional<std::string> message = take_message(worker.received)) take(worker, source, *message);
  }
  // It has closed its end: it is about to die, or else of no use. What it has said by then counts.
  int status = 0;
  const WallClock::time_point end = WallClock::now() + time_to_die;
  while (::waitpid(worker.process, &status, WNOHANG) != worker.process) {
    if (WallClock::now() > end) ::kill(worker.process, SIGKILL);
    ::poll(nullptr, 0, 1);
  }
  bury(worker, source, status);
}

void WorkerPool::take(Worker& worker, JobSource& source, std::string_view message) {
  if (!worker.job) return;
  const std::string_view value = message.substr(1);
  if (message.front() == message_bug) {
    source.take(*worker.job, archive::unpacked<KeyedBug>(value));
  } else {
    worker.deaths_there = 0;
    source.take(*std::exchange(worker.job, std::nullopt), archive::unpacked<JobResult>(value));
  }
}

// Every now and then: whoever does not get on, does not matter any more, or is gone.
void WorkerPool::look_after(JobSource& source) {
  for (const auto& entry : workers_) {
    Worker& worker = *entry;
    if (!worker.is_alive()) continue;
    if (worker.job && !source.is_wanted(*worker.job)) worker.journal->stop = true;
    if (worker.journal->crash.state != CrashRecord::State::none) {
      if (!worker.crashing_since) worker.crashing_since = WallClock::now();
      if (WallClock::now() - *worker.crashing_since > time_to_die) ::kill(worker.process, SIGKILL);
      continue;
    }
    const Worker::Signs signs = worker.signs_now();
    const double computed = processor_time(worker.process);
    if (signs != worker.signs || !worker.job) {
      worker.signs = signs;
      worker.computed = computed;
    } else if (options_.hang_seconds > 0 && computed - worker.computed > 2 * options_.hang_seconds + 1) {
      // Its own watchdog did not come to it: signals are blocked.
      worker.killed_as_hung = true;
      ::kill(worker.process, SIGKILL);
    }
    // The program under test may have left a process behind that keeps the socket open.
    int status = 0;
    if (::waitpid(worker.process, &status, WNOHANG) == worker.process) bury(worker, source, status);
  }
}

// What its end means.
void WorkerPool::bury(Worker& worker, JobSource& source, int status) {
  ::close(worker.socket);
  worker.process = 0;
  const std::optional<std::uint64_t> job = std::exchange(worker.job, std::nullopt);
  const bool by_kill = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  const bool recorded = worker.journal->crash.state != CrashRecord::State::none;
  if (by_kill && !recorded && !worker.killed_as_hung) ++lost_;
  const bool in_execution = job && worker.journal->stage != WorkerJournal::Stage::idle;
  if (!in_execution) {
    if (!by_kill && ++idle_deaths_ > idle_deaths_max)
      throw std::runtime_error("worker processes keep dying between executions: this is a fault of snag");
    if (job) source.take_back(*job);
    return;
  }
  if (recorded) return source.take(*job, worker.death_as_recorded());
  if (worker.killed_as_hung)
    return source.take(*job, worker.death(endless_finding,
                                          fmt::format("a thread computes for {:g} s and reaches no scheduling point",
                                                      2 * options_.hang_seconds),
                                          endless_hint));
  if (by_kill) {
    worker.deaths_there = worker.last_death == worker.place() ? worker.deaths_there + 1 : 1;
    worker.last_death = worker.place();
    if (worker.deaths_there < deaths_in_one_place_max) return source.take_back(*job);
    return source.take(*job, worker.death(crash_finding, "the process was killed (SIGKILL), time and again",
                                          "the system may be out of memory; --memory sets a limit"));
  }
  const std::string what =
      WIFSIGNALED(status)
          ? fmt::format("the process was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
          : fmt::format("the process ended with exit code {}, as _exit() does", WEXITSTATUS(status));
  source.take(*job, worker.death(crash_finding, what, ""));
}

// Jobs under way are asked for what they know. Who does not answer is killed.
void WorkerPool::stop(JobSource& source) {
  const auto is_busy = [](const auto& worker) { return worker->is_alive() && worker->job; };
  for (const auto& worker : workers_)
    if (is_busy(worker)) worker->journal->stop = true;
  const WallClock::time_point end = WallClock::now() + time_to_stop;
  while (std::ranges::any_of(workers_, is_busy) && WallClock::now() < end) wait_for_news(source, milliseconds(1));
  for (const auto& worker : workers_) {
    if (!is_busy(worker)) continue;
    ::kill(worker->process, SIGKILL);
    while (::waitpid(worker->process, nullptr, 0) < 0 && errno == EINTR) {}
    ::close(worker->socket);
    worker->process = 0;
    source.give_up(*std::exchange(worker->job, std::nullopt), worker->journal->executions, worker->journal->points);
  }
}

void WorkerPool::dismiss_all() {
  for (const auto& worker : workers_)
    if (worker->is_alive()) ::close(worker->socket);
  const WallClock::time_point end = WallClock::now() + time_to_leave;
  for (const auto& worker : workers_) {
    while (worker->is_alive()) {
      if (worker->job || WallClock::now() > end) ::kill(worker->process, SIGKILL);
      const pid_t ended = ::waitpid(worker->process, nullptr, WNOHANG);
      if (ended == worker->process || (ended < 0 && errno != EINTR)) worker->process = 0;
      if (worker->is_alive()) ::poll(nullptr, 0, 1);
    }
  }
}

JobProgress WorkerPool::progress(const JobSource& source) const {
  JobProgress all = source.progress();
  for (const auto& worker : workers_) {
    if (!worker->is_alive() || !worker->job) continue;
    all.executions += worker->journal->executions;
    all.points += worker->journal->points;
    all.bugs += worker->journal->bugs;
    if (const double explored = worker->journal->explored; explored > 0 && !all.explored) all.explored = explored;
  }
  return all;
}

}  // namespace snag
