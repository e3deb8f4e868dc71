// Failures remembered: the text of an entry, where its file lies, and what its replay comes to in programs that have
// changed since. The programs here change with a global flag.
#include "harness/campaign/corpus.h"
#include "harness/campaign/corpus_entry.h"
#include "harness/campaign/recall.h"
#include "harness/campaign/settle.h"
#include "harness/campaign/whole_file.h"

#include <gtest/gtest.h>
#include <snag/snag.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace snag {
namespace {

namespace fs = std::filesystem;

// ---- Programs that change ------------------------------------------------------------------------------------

enum class Version { first, locked, more_threads, tolerant, renamed_check, earlier_check, misusing } version;

// Two writers; whoever is last wins. The first version wants it to be T2.
void last_one_wins() {
  atomic<int> last{0};
  name(last, "last");
  mutex m;
  const auto write = [&](int value) {
    if (version == Version::locked) m.lock();
    last.store(value);
    if (version == Version::locked) m.unlock();
  };
  thread one([&] { write(1); });
  thread two([&] { write(2); });
  if (version == Version::more_threads) thread([&] { (void)last.load(); }).detach();
  if (version == Version::earlier_check) check(false, "nothing works");
  if (version == Version::misusing) {
    static mutex kept;  // of an execution that is over
    kept.lock();
    kept.unlock();
    kept.lock();
  }
  one.join();
  two.join();
  const int seen = last.load();
  if (version == Version::renamed_check) check(seen == 2, "the second one wins, in other words");
  check(version == Version::tolerant || seen == 2, "the second one wins");
}

// Choices of every kind: threads, values, whom to wake.
void choices_of_every_kind() {
  mutex m;
  condition_variable changed;
  int ready = 0;
  const auto wait = [&] {
    std::unique_lock guard(m);
    changed.wait(guard, [&] { return ready == 2; });
  };
  thread one(wait), two(wait);
  const auto arrive = [&] {
    std::lock_guard guard(m);
    ++ready;
    changed.notify_one();
  };
  arrive();
  arrive();
  one.join();
  two.join();
  check(choose(3) < 2, "not the last of three");
}

// No choice at all.
void locks_twice() {
  mutex m;
  m.lock();
  m.lock();
}

void polls_for_long() {
  atomic<int> x{0};
  thread one([&] {
    for (int i = 0; i < 3'000; ++i) x.store(i);
  });
  one.join();
  check(false, "never holds");
}

Scenario scenario(std::function<void()> body, std::string name = "test/scenario") {
  return {.name = std::move(name), .body = std::move(body)};
}

CorpusEntry found(const Scenario& scenario) {
  CampaignOptions options;
  options.seed = 7;
  const CampaignResult result = explore(scenario, options);
  EXPECT_FALSE(result.bugs.empty());
  const Bug& bug = result.bugs.at(0);
  const Reproduction reproduction = reproduce(scenario, bug.token, Detail::with_source);
  return remember(scenario, bug, reproduction.narrative, "It went \"wrong\".", options);
}

StoredEntry stored(CorpusEntry entry) { return {.file = "x.json", .entry = std::move(entry)}; }

class Corpus : public testing::Test {
 protected:
  void SetUp() override {
    version = Version::first;
    std::string name = (fs::temp_directory_path() / "snag-corpus-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override {
    version = Version::first;
    fs::remove_all(folder);
  }
  static void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  static std::string read(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& item : fs::recursive_directory_iterator(folder))
      if (!item.is_directory()) names.push_back(item.path().lexically_relative(folder).string());
    std::ranges::sort(names);
    return names;
  }

  fs::path folder;
};

// ---- The text ------------------------------------------------------------------------------------------------

TEST_F(Corpus, an_entry_is_read_as_it_was_written) {
  for (const auto& body : {&last_one_wins, &choices_of_every_kind, &locks_twice, &polls_for_long}) {
    const CorpusEntry entry = found(scenario(body));
    const std::string text = format_entry(entry);
    const CorpusEntry again = parse_entry(text);
    EXPECT_EQ(format_entry(again), text);
    EXPECT_EQ(again.steps, entry.steps);
    if (!entry.steps.empty()) { EXPECT_EQ(again.token.schedule, entry.token.schedule) << text; }
    EXPECT_EQ(again.fingerprint, entry.fingerprint);
    EXPECT_EQ(again.seed, 7U);
  }
}

TEST_F(Corpus, an_entry_is_text_that_diffs_well) {
  const std::string text = format_entry(found(scenario(&last_one_wins)));
  EXPECT_TRUE(
      text.starts_with("{\n  \"version\": 1,\n  \"scenario\": \"test/scenario\",\n"
                       "  \"finding\": \"failed-check\",\n  \"objects\": [],\n"
                       "  \"sentence\": \"It went \\\"wrong\\\".\",\n  \"status\": \"open\",\n"))
      << text;
  EXPECT_TRUE(text.ends_with("\n  ]\n}\n")) << text;
  const std::regex line(R"(\{"step":\d+,"thread":\d+,"operation":".*","place":".*","check":"[0-9a-f]{8}".*\},?)");
  std::istringstream lines(text.substr(text.find("\"steps\": [\n") + 11));
  std::size_t steps = 0;
  for (std::string one; std::getline(lines, one) && one != "  ]"; ++steps)
    EXPECT_TRUE(std::regex_match(one.substr(4), line)) << one;
  EXPECT_EQ(steps, found(scenario(&last_one_wins)).steps_count);
  EXPECT_NE(text.find("\"operation\":\"store last\",\"place\":\"corpus_test.cpp:"), std::string::npos) << text;
  EXPECT_NE(text.find("\"among\":[\"T1 store last\",\"T2 store last\"]"), std::string::npos) << text;
  EXPECT_EQ(text.find(SNAG_SOURCE_DIR), std::string::npos) << "no absolute paths";
  EXPECT_EQ(text.find("0x"), std::string::npos) << "no addresses";
}

TEST_F(Corpus, the_same_failure_gives_the_same_text) {
  EXPECT_EQ(format_entry(found(scenario(&choices_of_every_kind))),
            format_entry(found(scenario(&choices_of_every_kind))));
}

TEST_F(Corpus, a_long_execution_is_remembered_by_its_token) {
  const CorpusEntry entry = found(scenario(&polls_for_long));
  EXPECT_TRUE(entry.steps.empty());
  EXPECT_GT(entry.steps_count, steps_remembered_max);
  EXPECT_EQ(recall(scenario(&polls_for_long), stored(parse_entry(format_entry(entry)))).verdict, RecallVerdict::fails);
}

TEST_F(Corpus, broken_texts_are_refused_with_what_is_wrong) {
  const std::string good = format_entry(found(scenario(&last_one_wins)));
  const auto with = [&](const std::string& from, const std::string& to) {
    return std::regex_replace(good, std::regex(from), to, std::regex_constants::format_first_only);
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "no JSON: parse error at line 1"},
      {good.substr(0, good.size() / 2), "no JSON"},
      {"<<<<<<< HEAD\n" + good, "no JSON"},
      {"[]", "no JSON object"},
      {with("\"version\": 1", "\"version\": 2"), "format 2, and this snag reads format 1"},
      {with("  \"version\": 1,\n", ""), "\"version\" is missing"},
      {with("  \"seed\": 7,\n", ""), "\"seed\" is missing"},
      {with("\"seed\": 7", "\"seed\": \"7\""), "\"seed\" is no whole number"},
      {with("\"seed\": 7", "\"seed\": -7"), "\"seed\" is no whole number"},
      {with("\"open\"", "\"closed\""), "must be \"open\" or \"fixed\""},
      {with("\"objects\": \\[\\]", "\"objects\": [1]"), "\"objects\" is no list of texts"},
      {with("\"spurious_max\": 0", "\"spurious_max\": 1"), "options and its token contradict"},
      {with("1:test/scenario", "1:test/other"), "token is of another scenario"},
      {with("\"token\": \"1:", "\"token\": \"1?"), "damaged at character"},
      {with("\\{\"step\":1,.*\n", ""), "step 1 is missing"},
      {with("\"among\":\\[[^\\]]*\\]", "\"among\":[]"), "fewer than two"},
      {with("\"choice\":\"[0-9a-f]*\"", "\"choice\":\"zz\""), "no hexadecimal number"},
      {with("\"choice\":\"[0-9a-f]*\"", "\"choice\":\"00000000\""), "steps and its token contradict"},
  };
  for (const auto& [text, wanted] : cases) {
    try {
      parse_entry(text);
      ADD_FAILURE() << "not refused, wanted: " << wanted;
    } catch (const CorpusError& error) {
      EXPECT_NE(std::string(error.what()).find(wanted), std::string::npos) << error.what() << "\nwanted: " << wanted;
    }
  }
}

// ---- Files ---------------------------------------------------------------------------------------------------

TEST_F(Corpus, no_two_scenarios_share_a_folder_and_none_leaves_the_corpus) {
  const std::vector<std::string> names = {"a",
                                          "a/b",
                                          "a//b",
                                          "/a",
                                          "a/",
                                          "",
                                          "/",
                                          ".",
                                          "..",
                                          "../a",
                                          "a/../b",
                                          "a/./b",
                                          ".a",
                                          "A",
                                          "a b",
                                          "a%20b",
                                          "a%b",
                                          "%",
                                          "b.json",
                                          "a.b",
                                          "\xc3\xa4",
                                          "a\\b",
                                          "a:b",
                                          "~",
                                          "-",
                                          std::string(300, 'x'),
                                          std::string(301, 'x'),
                                          std::string(300, 'x') + "/y",
                                          std::string(100, '%'),
                                          "a\nb",
                                          "b%2ejson"};
  std::set<fs::path> folders;
  for (const std::string& name : names) {
    const fs::path path = entry_path("corpus", name, "0123abcd");
    EXPECT_TRUE(folders.insert(path).second) << name;
    EXPECT_EQ(path.lexically_normal(), path) << name;
    EXPECT_EQ(*path.begin(), "corpus") << name;
    EXPECT_EQ(path.filename(), "0123abcd.json") << name;
    for (const fs::path& part : path) EXPECT_LE(part.string().size(), 255U) << name;
  }
  EXPECT_EQ(entry_path("corpus", "withdraw/broken", "0123abcd"), fs::path("corpus/withdraw/broken/0123abcd.json"));
}

TEST_F(Corpus, entries_of_awkward_scenarios_are_stored_and_loaded) {
  CorpusEntry entry = found(scenario(&last_one_wins));
  const std::vector<std::string> names = {"a", "a/b", "..", "b.json", "a//b", std::string(300, 'x'), "/"};
  for (const std::string& name : names) {
    entry.scenario = entry.token.scenario = name;
    store_entry(folder, entry);
  }
  const std::vector<StoredEntry> all = load_corpus(folder);
  ASSERT_EQ(all.size(), names.size());
  for (const StoredEntry& one : all) EXPECT_EQ(one.error, "");
  for (const std::string& name : names) {
    const std::vector<StoredEntry> of_one = load_corpus(folder, name);
    ASSERT_EQ(of_one.size(), 1U) << name;
    EXPECT_EQ(of_one[0].entry.scenario, name);
  }
}

TEST_F(Corpus, a_broken_file_is_told_and_does_not_stop_the_others) {
  const CorpusEntry entry = found(scenario(&last_one_wins));
  store_entry(folder, entry);
  write(entry_path(folder, "test/scenario", "00000000"), "{\"version\": 1,");
  write(entry_path(folder, "test/scenario", "zzzz"), format_entry(entry));  // under another's name
  const std::vector<Recalled> all = replay_remembered(scenario(&last_one_wins), folder);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].verdict, RecallVerdict::unreadable);
  EXPECT_EQ(all[0].stored.file, entry_path(folder, "test/scenario", "00000000"));
  EXPECT_TRUE(all[0].words.starts_with("it is no JSON: parse error at line 1")) << all[0].words;
  EXPECT_NE(all[0].words.find("restore the file from version control, or remove it"), std::string::npos);
  EXPECT_EQ(all[1].verdict, RecallVerdict::fails);
  EXPECT_EQ(all[2].verdict, RecallVerdict::unreadable);
  EXPECT_NE(all[2].words.find("does not belong here"), std::string::npos) << all[2].words;
}

TEST_F(Corpus, a_folder_that_is_not_there_remembers_nothing) {
  EXPECT_TRUE(replay_remembered(scenario(&last_one_wins), folder / "none").empty());
  EXPECT_TRUE(load_corpus(folder / "none").empty());
  EXPECT_TRUE(orphans(folder / "none", {}).empty());
}

TEST_F(Corpus, entries_of_scenarios_that_are_no_more_are_orphans) {
  CorpusEntry entry = found(scenario(&last_one_wins));
  const fs::path known = store_entry(folder, entry);
  entry.scenario = entry.token.scenario = "test";  // the folder that holds the other's
  const fs::path gone = store_entry(folder, entry);
  EXPECT_EQ(orphans(folder, {scenario(&last_one_wins)}), std::vector{gone});
  remove_entry(folder, gone);
  remove_entry(folder, known);
  EXPECT_TRUE(fs::exists(folder));
  EXPECT_FALSE(fs::exists(folder / "test")) << "empty folders go, too";
}

TEST_F(Corpus, what_cannot_be_written_leaves_nothing_behind) {
  const CorpusEntry entry = found(scenario(&last_one_wins));
  write(folder / "file", "");
  EXPECT_THROW(store_entry(folder / "file", entry), CorpusError);
  EXPECT_THROW(prepare_corpus(folder / "file"), CorpusError);
  // A full disk.
  const fs::path full = entry_path(folder, entry.scenario, entry.fingerprint);
  fs::create_directories(full.parent_path());
  fs::create_symlink("/dev/full", full);
  try {
    store_entry(folder, entry);
    ADD_FAILURE() << "written to a full disk";
  } catch (const CorpusError& error) {
    EXPECT_NE(std::string(error.what()).find("No space left on device"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("--no-corpus"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(load_corpus(folder).empty()) << "a device is no entry";
  EXPECT_EQ(files().size(), 2U) << "the file and the link";
}

TEST_F(Corpus, a_file_that_grows_too_large_is_not_written_in_part) {
  const CorpusEntry entry = found(scenario(&last_one_wins));
  const fs::path file = store_entry(folder, entry);
  const std::string before = read(file);
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{.rlim_cur = 100, .rlim_max = 100};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
    CorpusEntry changed = entry;
    changed.status = EntryStatus::fixed;
    try {
      store_entry(folder, changed);
      _exit(1);
    } catch (const CorpusError&) { _exit(0); }
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << "an error was thrown";
  EXPECT_EQ(read(file), before);
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(Corpus, a_writer_that_is_killed_leaves_the_old_file_and_a_leftover_that_is_no_entry) {
  const CorpusEntry entry = found(scenario(&last_one_wins));
  const fs::path file = store_entry(folder, entry);
  const std::string before = read(file);
  const pid_t child = fork();
  if (child == 0) {
    // The kernel kills it in the middle of the write.
    const rlimit limit{.rlim_cur = 100, .rlim_max = 100};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_DFL);
    store_entry(folder, entry);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read(file), before);
  EXPECT_EQ(load_corpus(folder).size(), 1U);
  EXPECT_EQ(leftovers(folder).size(), 1U);
}

TEST_F(Corpus, whole_files_keep_their_permissions_and_follow_links) {
  write(folder / "real.txt", "old");
  fs::permissions(folder / "real.txt", fs::perms(0640));
  fs::create_symlink("real.txt", folder / "link.txt");
  write_whole_file(folder / "link.txt", "new");
  EXPECT_EQ(read(folder / "real.txt"), "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link.txt"));
  EXPECT_EQ(fs::status(folder / "real.txt").permissions(), fs::perms(0640));
}

// ---- Replays -------------------------------------------------------------------------------------------------

class Recall : public Corpus {
 protected:
  void SetUp() override {
    Corpus::SetUp();
    entry = found(scenario(&last_one_wins));
  }
  Recalled recalled(Version now) const {
    version = now;
    return recall(scenario(&last_one_wins), stored(entry));
  }

  CorpusEntry entry;
};

TEST_F(Recall, of_an_unchanged_program_fails_as_remembered) {
  const Recalled again = recalled(Version::first);
  EXPECT_EQ(again.verdict, RecallVerdict::fails) << again.words;
  EXPECT_EQ(again.fingerprints, std::vector{entry.fingerprint});
  EXPECT_EQ(again.words, "");
}

TEST_F(Recall, of_another_operation_is_stale_and_tells_the_step) {
  const Recalled again = recalled(Version::locked);
  EXPECT_EQ(again.verdict, RecallVerdict::stale);
  const std::regex words(R"(step \d+: expected T\d store last at corpus_test.cpp:\d+, but these can go: )"
                         R"(T1 lock mutex#1, T2 lock mutex#1)");
  EXPECT_TRUE(std::regex_match(again.words, words)) << again.words;
}

TEST_F(Recall, of_other_threads_that_can_go_is_stale_and_tells_who) {
  // The thread is spawned before the first choice, so that comes first.
  const Recalled again = recalled(Version::more_threads);
  EXPECT_EQ(again.verdict, RecallVerdict::stale);
  const std::regex words(R"(step \d+: expected T1 begin, got T0 spawn T3 at corpus_test.cpp:\d+)");
  EXPECT_TRUE(std::regex_match(again.words, words)) << again.words;
}

TEST_F(Recall, of_a_program_that_is_mended_without_other_steps_passes) {
  const Recalled again = recalled(Version::tolerant);
  EXPECT_EQ(again.verdict, RecallVerdict::passes) << again.words;
  EXPECT_TRUE(again.fingerprints.empty());
}

TEST_F(Recall, of_a_finding_that_comes_first_fails_in_another_way) {
  EXPECT_EQ(recalled(Version::renamed_check).verdict, RecallVerdict::fails) << "the text of a check is no identity";
  entry.finding = "data-race";
  const Recalled again = recalled(Version::earlier_check);
  EXPECT_EQ(again.verdict, RecallVerdict::fails_in_another) << again.words;
  EXPECT_EQ(again.words, "failed-check");
}

TEST_F(Recall, of_a_program_that_misuses_snag_is_told) {
  (void)recalled(Version::misusing);
  const Recalled again = recalled(Version::misusing);
  EXPECT_EQ(again.verdict, RecallVerdict::unreadable);
  EXPECT_NE(again.words.find("an object that is gone"), std::string::npos) << again.words;
}

TEST_F(Recall, of_a_choice_among_others_tells_both_sets) {
  // What is remembered of the threads that could go differs, the steps do not.
  const auto choice = std::ranges::find(entry.token.schedule, Choice::Kind::thread, &Choice::kind);
  ASSERT_NE(choice, entry.token.schedule.end());
  choice->check ^= 1;
  const Recalled again = recalled(Version::first);
  EXPECT_EQ(again.verdict, RecallVerdict::stale);
  EXPECT_NE(again.words.find("chosen from among T1 store last, T2 store last; now these can go: T1 store last, T2"),
            std::string::npos)
      << again.words;
}

TEST_F(Recall, of_another_value_is_stale_and_tells_the_options) {
  static std::uint32_t options;
  options = 3;
  const Scenario choosing = scenario([] { check(choose(options) < 1, "the first"); });
  entry = found(choosing);
  options = 4;
  const Recalled again = recall(choosing, stored(entry));
  EXPECT_EQ(again.verdict, RecallVerdict::stale);
  EXPECT_NE(again.words.find("one of 4 values"), std::string::npos) << again.words;
}

TEST_F(Recall, of_an_execution_that_ends_early_or_goes_on_is_stale) {
  static int rounds;
  const auto body = [] {
    atomic<int> x{0};
    const auto work = [&] {
      for (int i = 0; i < rounds; ++i) x.store(x.load() + 1);
    };
    thread one(work), two(work);
    one.join();
    two.join();
  };
  rounds = 2;
  entry = found(scenario(body));
  ASSERT_EQ(entry.ended, Verdict::passed) << "a lost update does not stop the execution";
  rounds = 1;
  const Recalled shorter = recall(scenario(body), stored(entry));
  EXPECT_EQ(shorter.verdict, RecallVerdict::stale);
  EXPECT_NE(shorter.words.find(": expected T"), std::string::npos) << shorter.words;
  rounds = 3;
  const Recalled longer = recall(scenario(body), stored(entry));
  EXPECT_EQ(longer.verdict, RecallVerdict::stale);
  EXPECT_NE(longer.words.find(": expected T"), std::string::npos) << longer.words;
}

TEST_F(Recall, of_a_memory_order_that_is_mended_passes) {
  static std::memory_order order;
  const auto body = [] {
    shared<int> payload{0, "payload"};
    atomic<bool> ready{false};
    thread writer([&] {
      payload = 1;
      ready.store(true, order);
    });
    thread reader([&] {
      if (ready.load(std::memory_order_acquire)) (void)static_cast<int>(payload);
    });
    writer.join();
    reader.join();
  };
  order = std::memory_order_relaxed;
  entry = found(scenario(body));
  ASSERT_EQ(entry.finding, "data-race");
  EXPECT_EQ(recall(scenario(body), stored(entry)).verdict, RecallVerdict::fails);
  order = std::memory_order_release;
  const Recalled again = recall(scenario(body), stored(entry));
  EXPECT_EQ(again.verdict, RecallVerdict::passes) << again.words;
}

TEST_F(Recall, of_lines_that_moved_knows_the_finding_by_its_new_name) {
  entry.fingerprint = "0123abcd";  // as from a source in which the lines were others
  const Recalled again = recalled(Version::first);
  EXPECT_EQ(again.verdict, RecallVerdict::fails);
  EXPECT_NE(again.fingerprints.at(0), entry.fingerprint);
}

}  // namespace
}  // namespace snag
