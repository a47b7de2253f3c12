// SPDX-License-Identifier: Apache-2.0
#include "scaffold/write_files.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <span>

namespace sidecarctl::scaffold {

namespace {

namespace fs = std::filesystem;

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::size_t kShownConflicts = 20;

/// Removes a name at the end: the file has another one by then, or must go.
struct TemporaryName {
  const UniqueFd& parent;
  const std::string& name;
  ~TemporaryName() { ::unlinkat(parent.get(), name.c_str(), 0); }
};

class Writer {
 public:
  explicit Writer(fs::path folder) : folder_(std::move(folder)) {}
  ~Writer() {
    for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) (*undo)();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void make_folder() {
    // Of the path that the user named links are followed; it is theirs.
    fs::path made;
    for (const fs::path& part : folder_) {
      made /= part;
      if (::mkdir(made.c_str(), 0777) == 0) {
        undo_.push_back([made] { ::rmdir(made.c_str()); });
      } else if (errno != EEXIST && errno != EISDIR && ::access(made.c_str(), F_OK) != 0) {
        throw_file_error("make the folder", made, errno);
      }
    }
    root_ = std::make_shared<UniqueFd>(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root_->valid()) throw_file_error("open the folder", folder_, errno);
  }

  void write(const PlannedFile& file, bool force) {
    const auto [parent, name] = open_parent(file.path);
    const std::string temporary = fmt::format(".{}.sidecarctl-{}", name.substr(0, 200), ::getpid());
    write_temporary(*parent, temporary, file);
    const TemporaryName guard{*parent, temporary};
    if (force) set_aside(parent, name, file.path);
    // A link fails where something is, whoever put it there since we looked.
    if (::linkat(parent->get(), temporary.c_str(), parent->get(), name.c_str(), 0) != 0)
      throw_file_error("write", folder_ / file.path, errno);
    undo_.push_back([parent = parent, name = name] { ::unlinkat(parent->get(), name.c_str(), 0); });
  }

  void keep() {
    undo_.clear();
    for (const auto& remove : afterwards_) remove();
  }

 private:
  using Folder = std::shared_ptr<UniqueFd>;

  std::pair<Folder, std::string> open_parent(const std::string& path) {
    std::vector<std::string> parts = split(path, '/');
    std::string name = std::move(parts.back());
    parts.pop_back();
    Folder at = root_;
    for (const std::string& part : parts) {
      if (::mkdirat(at->get(), part.c_str(), 0777) == 0) {
        undo_.push_back([at, part] { ::unlinkat(at->get(), part.c_str(), AT_REMOVEDIR); });
      } else if (errno != EEXIST) {
        throw_file_error("make the folder of", folder_ / path, errno);
      }
      auto next = std::make_shared<UniqueFd>(::openat(at->get(), part.c_str(), kFolderFlags));
      if (!next->valid()) throw_file_error("open the folder of", folder_ / path, errno);
      at = std::move(next);
    }
    return {at, std::move(name)};
  }

  void write_temporary(const UniqueFd& parent, const std::string& name, const PlannedFile& file) const {
    const UniqueFd out(
        ::openat(parent.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!out.valid()) throw_file_error("write", folder_ / file.path, errno);
    try {
      write_all(out.get(), std::as_bytes(std::span(file.content)), file.path);
      // As the template says, whatever the umask is: the image takes the mode over.
      if (::fchmod(out.get(), file.mode) != 0) throw_file_error("set the mode of", folder_ / file.path, errno);
    } catch (...) {
      ::unlinkat(parent.get(), name.c_str(), 0);
      throw;
    }
  }

  /// What stood there keeps its content until all is well.
  void set_aside(const Folder& parent, const std::string& name, const std::string& path) {
    const std::string aside = fmt::format(".{}.sidecarctl-old-{}", name.substr(0, 200), ::getpid());
    if (::renameat(parent->get(), name.c_str(), parent->get(), aside.c_str()) != 0) {
      if (errno == ENOENT) return;
      throw_file_error("replace", folder_ / path, errno);
    }
    undo_.push_back([parent, name, aside] { ::renameat(parent->get(), aside.c_str(), parent->get(), name.c_str()); });
    afterwards_.push_back([parent, aside] { ::unlinkat(parent->get(), aside.c_str(), 0); });
  }

  fs::path folder_;
  Folder root_;
  std::vector<std::function<void()>> undo_, afterwards_;
};

/// What keeps `path` from being written: nothing, something there, or a parent that is no folder.
std::string conflict(const fs::path& folder, const std::string& path, bool force) {
  fs::path at = folder;
  const std::vector<std::string> parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    at /= parts[i];
    struct stat info {};
    if (::lstat(at.c_str(), &info) != 0) return "";
    const bool last = i + 1 == parts.size();
    if (last && S_ISDIR(info.st_mode)) return at.string() + " (a folder)";
    if (last) return force ? "" : at.string();
    if (!S_ISDIR(info.st_mode)) return at.string() + (S_ISLNK(info.st_mode) ? " (a link)" : " (not a folder)");
  }
  return "";
}

void refuse_conflicts(const fs::path& folder, const std::vector<PlannedFile>& files, bool force) {
  std::vector<std::string> found;
  for (const PlannedFile& file : files) {
    if (std::string text = conflict(folder, file.path, force); !text.empty()) found.push_back(escape_text(text));
  }
  if (found.empty()) return;
  const std::size_t count = found.size();
  if (count > kShownConflicts) {
    found.resize(kShownConflicts);
    found.push_back(fmt::format("and {} more", count - kShownConflicts));
  }
  throw Error(ErrorKind::policy,
              fmt::format("{} there already, nothing was written: {}", count == 1 ? "a file is" : "files are",
                          join(found, ", ")),
              force ? "choose another folder: folders and links are not replaced"
                    : "choose another folder, or replace files with --force");
}

}  // namespace

void write_files(const fs::path& folder, const std::vector<PlannedFile>& files, bool force, const CancelToken& cancel) {
  refuse_conflicts(folder, files, force);
  Writer writer(folder);
  writer.make_folder();
  for (const PlannedFile& file : files) {
    cancel.check();
    writer.write(file, force);
  }
  writer.keep();
}

}  // namespace sidecarctl::scaffold
