#include "harness/campaign/corpus.h"

#include "harness/campaign/whole_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

constexpr const char* extension = ".json";
constexpr std::size_t part_length_max = 120;  // of a name's 255 bytes: most of them stay readable

std::uint32_t digest(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char character : text) hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

bool is_plain(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') || character == '-' || character == '_' || character == '.';
}

// One name of a path. A first dot would hide it, or lead elsewhere ("."; ".."); one before "json" would look like an entry.
std::string path_part(const std::string& name) {
  const std::size_t extension_at = name.ends_with(extension) ? name.size() - std::strlen(extension) : std::string::npos;
  std::string part;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool plain = is_plain(name[i]) && !(name[i] == '.' && (i == 0 || i == extension_at));
    part += plain ? std::string(1, name[i]) : fmt::format("%{:02x}", static_cast<unsigned char>(name[i]));
  }
  if (part.empty()) return "%";
  if (part.size() <= part_length_max) return part;
  return fmt::format("{}%{:08x}", part.substr(0, part_length_max), digest(name));
}

fs::path scenario_folder(const fs::path& folder, const std::string& scenario) {
  fs::path path = folder;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = scenario.find('/', begin);
    path /= path_part(scenario.substr(begin, end - begin));
    if (end == std::string::npos) return path;
    begin = end + 1;
  }
}

std::string read_text(const fs::path& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream.good() && !stream.eof()) throw CorpusError(fmt::format("it cannot be read: {}", std::strerror(errno)));
  return text;
}

StoredEntry load(const fs::path& folder, const fs::path& file) {
  StoredEntry stored{.file = file, .entry = {}};
  try {
    stored.entry = parse_entry(read_text(file));
    if (entry_path(folder, stored.entry.scenario, stored.entry.fingerprint) != file)
      throw CorpusError(fmt::format("it is of the scenario {} with fingerprint {}, and so does not belong here",
                                    stored.entry.scenario, stored.entry.fingerprint));
  } catch (const CorpusError& error) {
    stored.entry = {};
    stored.entry.scenario = file.parent_path().lexically_relative(folder).generic_string();
    stored.entry.fingerprint = file.stem().string();
    stored.error = fmt::format("{}; restore the file from version control, or remove it", error.what());
  }
  return stored;
}

bool is_entry(const fs::directory_entry& item) {
  return item.path().extension() == extension && !item.path().filename().string().starts_with(unfinished_prefix) &&
         item.is_regular_file();
}

// All files below, or directly in, a folder that fit; sorted.
template <class Iterator, class Fits>
std::vector<fs::path> files_in(const fs::path& folder, Fits fits) {
  std::vector<fs::path> files;
  try {
    if (!fs::exists(folder)) return files;
    for (const fs::directory_entry& item : Iterator(folder))
      if (fits(item)) files.push_back(item.path());
  } catch (const fs::filesystem_error& error) {
    throw CorpusError(fmt::format("cannot list the corpus {}: {}", folder.string(), error.code().message()));
  }
  std::ranges::sort(files);
  return files;
}

std::vector<StoredEntry> load_all(const fs::path& folder, const std::vector<fs::path>& files) {
  std::vector<StoredEntry> entries;
  for (const fs::path& file : files) entries.push_back(load(folder, file));
  return entries;
}

[[noreturn]] void refuse_to_write(const fs::path& path, const std::error_code& error) {
  throw CorpusError(
      fmt::format("cannot write {}: {}; name a folder that is yours to write and has room with --corpus, "
                  "or switch the corpus off with --no-corpus",
                  path.string(), error.message()));
}

}  // namespace

fs::path entry_path(const fs::path& folder, const std::string& scenario, const std::string& fingerprint) {
  return scenario_folder(folder, scenario) / (path_part(fingerprint) + extension);
}

std::vector<StoredEntry> load_corpus(const fs::path& folder) {
  return load_all(folder, files_in<fs::recursive_directory_iterator>(folder, is_entry));
}

std::vector<StoredEntry> load_corpus(const fs::path& folder, const std::string& scenario) {
  return load_all(folder, files_in<fs::directory_iterator>(scenario_folder(folder, scenario), is_entry));
}

fs::path store_entry(const fs::path& folder, const CorpusEntry& entry) {
  const fs::path file = entry_path(folder, entry.scenario, entry.fingerprint);
  try {
    fs::create_directories(file.parent_path());
    write_whole_file(file, format_entry(entry));
  } catch (const std::system_error& error) { refuse_to_write(file, error.code()); }
  return file;
}

void remove_entry(const fs::path& folder, const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (error) throw CorpusError(fmt::format("cannot remove {}: {}", file.string(), error.message()));
  for (fs::path parent = file.parent_path(); parent != folder && parent.has_relative_path();
       parent = parent.parent_path())
    if (!fs::remove(parent, error)) return;  // not empty
}

std::vector<fs::path> orphans(const fs::path& folder, const std::vector<Scenario>& scenarios) {
  std::set<fs::path> known;
  for (const Scenario& scenario : scenarios) known.insert(scenario_folder(folder, scenario.name));
  return files_in<fs::recursive_directory_iterator>(folder, [&](const fs::directory_entry& item) {
    return is_entry(item) && !known.contains(item.path().parent_path());
  });
}

std::vector<fs::path> leftovers(const fs::path& folder) {
  return files_in<fs::recursive_directory_iterator>(folder, [](const fs::directory_entry& item) {
    return item.path().filename().string().starts_with(unfinished_prefix);
  });
}

void prepare_corpus(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) refuse_to_write(folder, error);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) refuse_to_write(folder, {errno, std::generic_category()});
}

}  // namespace snag
