// SPDX-License-Identifier: Apache-2.0
#include "driver/volume.hpp"

#include "driver/file_copy.hpp"
#include "protocol/names.hpp"
#include "protocol/start_flag.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace sidecarctl {

namespace {

/// Under this name a file grows; no reader of the protocol looks at dot-names.
constexpr const char* kPartName = ".sidecar-drive.part";
/// The sidecar runs as another user.
constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;

constexpr std::array kFlags{protocol::kStartFlag, protocol::kDoneFlag, protocol::kCloseFlag};
constexpr std::array kOwnNames{protocol::kStartFlag, protocol::kDoneFlag, protocol::kCloseFlag, protocol::kLogFile,
                               protocol::kOldLogFile};

/// The folder that `parts` name, one after another, made where it is missing.
UniqueFd open_folders(int top, const std::vector<std::string>& parts, const std::string& shown) {
  UniqueFd folder(::openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (const std::string& part : parts) {
    if (!folder.valid()) break;
    if (::mkdirat(folder.get(), part.c_str(), kFolderMode) == 0) {
      ::fchmodat(folder.get(), part.c_str(), kFolderMode, 0);
    } else if (errno != EEXIST) {
      throw_file_error("make a folder for", shown, errno);
    }
    folder = UniqueFd(::openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }
  if (!folder.valid()) throw_file_error("open a folder of", shown, errno);
  return folder;
}

/// A file that has its name only when commit() was called.
class PartFile {
 public:
  PartFile(int folder, std::string shown) : folder_(folder), shown_(std::move(shown)) {
    ::unlinkat(folder_, kPartName, 0);
    file_ = UniqueFd(::openat(folder_, kPartName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
    if (!file_.valid()) throw_file_error("write", shown_, errno);
    ::fchmod(file_.get(), kFileMode);  // Whatever the umask.
  }
  ~PartFile() {
    if (!committed_) ::unlinkat(folder_, kPartName, 0);
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  int get() const noexcept { return file_.get(); }
  void commit(const std::string& name) {
    if (::fsync(file_.get()) != 0) throw_file_error("write", shown_, errno);
    if (::renameat(folder_, kPartName, folder_, name.c_str()) != 0) throw_file_error("write", shown_, errno);
    committed_ = true;
    ::fsync(folder_);
  }

 private:
  int folder_;
  std::string shown_;
  UniqueFd file_;
  bool committed_ = false;
};

bool is_missing(int errno_value) {
  return errno_value == ENOENT || errno_value == ENOTDIR;
}

}  // namespace

void check_volume_name(const std::string& name) {
  const std::string shown = shorten(escape_text(name), 200);
  if (!protocol::is_name_below(name)) {
    throw Error(ErrorKind::usage, fmt::format("'{}' is not a name below the volume", shown),
                "names are relative, without '.' and '..': data/infile.csv");
  }
  const std::string first = name.substr(0, name.find('/'));
  if (std::find(kOwnNames.begin(), kOwnNames.end(), first) != kOwnNames.end() || first.starts_with(".sidecar")) {
    throw Error(ErrorKind::usage, fmt::format("'{}' is a name of the flag protocol itself", shown),
                "give the file another name: --in FILE=NAME");
  }
}

Volume::Volume(const std::filesystem::path& path) {
  if (!folder_.open(path.string())) throw_file_error("open the volume", path, errno);
  if (::flock(folder_.descriptor(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) return;  // A file system without locks: the flags still tell.
  throw Error(ErrorKind::io, fmt::format("another driver uses the volume '{}' now", path.string()),
              "give every run a folder of its own");
}

std::string Volume::shown(std::string_view name) const {
  return (std::filesystem::path(folder_.path()) / name).string();
}

void Volume::refuse_used() const {
  for (const std::string_view flag : kFlags) {
    if (!folder_.exists(flag)) continue;
    throw Error(ErrorKind::io, fmt::format("the volume '{}' was used before: {} is there", folder_.path(), flag),
                "give every run a fresh folder, or remove the flags when neither half runs any more");
  }
}

StoredFile Volume::put_file(const std::filesystem::path& source, const std::string& name,
                            const CancelToken& cancel) const {
  check_volume_name(name);
  const UniqueFd input = open_regular_file(source);
  std::vector<std::string> parts = split(name, '/');
  const std::string leaf = std::move(parts.back());
  parts.pop_back();
  const UniqueFd parent = open_folders(folder_.descriptor(), parts, shown(name));
  PartFile part(parent.get(), shown(name));
  const CopiedBytes copied = copy_file({input.get(), source.string()}, {part.get(), shown(name)}, cancel);
  part.commit(leaf);
  return {name, copied.size, copied.sha256};
}

void Volume::put_text(std::string_view name, std::string_view text) const {
  PartFile part(folder_.descriptor(), shown(name));
  write_all(part.get(), std::as_bytes(std::span(text)), shown(name));
  part.commit(std::string(name));
}

std::optional<std::string> Volume::read_text(std::string_view name, std::size_t limit) const {
  std::string text;
  if (folder_.read_file(name, limit, text)) return text;
  if (is_missing(errno)) return std::nullopt;
  if (errno == EFBIG) {
    throw Error(ErrorKind::corrupt, fmt::format("'{}' is longer than the limit of {} bytes", shown(name), limit));
  }
  throw Error(ErrorKind::corrupt, fmt::format("'{}' is no regular file that can be read", shown(name)));
}

std::string Volume::tail(std::string_view name, std::size_t limit) const {
  const protocol::Descriptor file = folder_.open_below(name);
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return "";
  const auto size = static_cast<std::size_t>(status.st_size);
  const std::size_t start = size > limit ? size - limit : 0;
  std::string text(size - start, '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), static_cast<off_t>(start));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t line = start > 0 ? text.find('\n') : std::string::npos;
  return line == std::string::npos ? text : text.substr(line + 1);
}

std::optional<StoredFile> Volume::take_file(const std::string& name, const std::filesystem::path& destination,
                                            const CancelToken& cancel) const {
  check_volume_name(name);
  const protocol::Descriptor file = folder_.open_below(name);
  if (!file.valid()) {
    if (errno == ENOENT) return std::nullopt;
    throw Error(
        ErrorKind::corrupt,
        fmt::format("the output '{}' is no regular file, or lies behind a link: it is not copied", shown(name)));
  }
  std::error_code failure;
  const std::filesystem::path parent = destination.has_parent_path() ? destination.parent_path() : ".";
  std::filesystem::create_directories(parent, failure);
  const UniqueFd folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) throw_file_error("open the folder", parent, errno);
  PartFile part(folder.get(), destination.string());
  const CopiedBytes copied = copy_file({file.get(), shown(name)}, {part.get(), destination.string()}, cancel);
  part.commit(destination.filename().string());
  return StoredFile{name, copied.size, copied.sha256};
}

}  // namespace sidecarctl
