#include "harness/campaign/whole_file.h"

#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace snag {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(int error) { throw std::system_error(error, std::generic_category()); }

// A file descriptor. Closing it by hand tells whether all was written.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number_ < 0) fail(errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(number_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail(errno);
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  // On the disk, before the name points to it. Not everything that can be written to can be synchronised.
  void synchronise() const {
    if (::fsync(number_) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) fail(errno);
  }
  void close() {
    if (::close(std::exchange(number_, -1)) != 0) fail(errno);
  }
  int number() const { return number_; }

 private:
  int number_;
};

mode_t permissions_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// Which descriptor of this process a path stands for. Behind such a name may be a log that others write to as well: it
// must be neither replaced nor opened anew at its beginning.
std::optional<int> descriptor_named(const fs::path& path) {
  const std::string name = path.lexically_normal().string();
  if (name == "/dev/stdout") return STDOUT_FILENO;
  if (name == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!name.starts_with(folder)) continue;
    int number = -1;
    const char* const end = name.data() + name.size();
    if (std::from_chars(name.data() + folder.size(), end, number).ptr == end) return number;
  }
  return std::nullopt;
}

void write_directly(const fs::path& path, std::string_view text) {
  const std::optional<int> open_already = descriptor_named(path);
  Descriptor file(open_already ? ::dup(*open_already) : ::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  file.write(text);
  file.close();
}

void write_beside(const fs::path& path, std::string_view text) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::string name = (folder / (std::string(unfinished_prefix) + "XXXXXX")).string();
  Descriptor file(::mkstemp(name.data()));
  try {
    file.write(text);
    if (::fchmod(file.number(), permissions_of(path)) != 0) fail(errno);
    file.synchronise();
    file.close();
    fs::rename(name, path);
  } catch (...) {
    ::unlink(name.c_str());
    throw;
  }
}

}  // namespace

bool is_replaced(const fs::path& path) {
  if (descriptor_named(path)) return false;
  std::error_code unknown;
  const fs::file_status status = fs::status(path, unknown);
  return !fs::exists(status) || fs::is_regular_file(status);
}

void write_whole_file(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  if (is_replaced(path))
    write_beside(fs::is_symlink(path, ignored) ? fs::weakly_canonical(path) : path, text);
  else
    write_directly(path, text);
}

}  // namespace snag
