// SPDX-License-Identifier: Apache-2.0
#include "transports/layout_files.hpp"
#include "util/error.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace sidecarctl {

namespace {

// O_NONBLOCK: a FIFO in a layout must not hang us.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

int open_by_openat2(int folder, const std::string& name) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(kOpenFlags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how));
}

/// For kernels and sandboxes without openat2: no link at all is followed. The error of a link is then ELOOP.
int open_step_by_step(int folder, const std::string& name) {
  UniqueFd current(::fcntl(folder, F_DUPFD_CLOEXEC, 0));
  const std::vector<std::string> parts = split(name, '/');
  for (std::size_t i = 0; i < parts.size() && current.valid(); ++i) {
    const int flags = i + 1 < parts.size() ? O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW : kOpenFlags | O_NOFOLLOW;
    const int next = ::openat(current.get(), parts[i].c_str(), flags);
    const int problem = errno;
    current = UniqueFd(next);
    errno = problem;
  }
  return current.release();
}

class FolderFiles final : public LayoutFiles {
 public:
  explicit FolderFiles(const std::filesystem::path& folder)
      : where_(escape_text(folder.string())), folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!folder_.valid()) throw_file_error("open", folder, errno);
  }
  const std::string& where() const noexcept override { return where_; }

  std::unique_ptr<ByteSource> open(const std::string& name) const override {
    auto file = std::make_shared<UniqueFd>(open_beneath(name));
    if (!file->valid()) {
      if (errno == ENOENT || errno == ENOTDIR) return nullptr;
      if (errno == EXDEV || errno == ELOOP) fail_link(name);
      throw_file_error("read", where_ + "/" + name, errno);
    }
    struct stat info {};
    if (::fstat(file->get(), &info) != 0) throw_file_error("read", where_ + "/" + name, errno);
    if (!S_ISREG(info.st_mode))
      throw Error(ErrorKind::corrupt, fmt::format("{}/{} is not a regular file", where_, name));
    return std::make_unique<FileRangeSource>(std::move(file), 0, static_cast<std::uint64_t>(info.st_size),
                                             fmt::format("{}/{}", where_, name));
  }

  std::string identity(const std::string& name) const override {
    const UniqueFd file(open_beneath(name));
    return file.valid() ? file_identity(file) : std::string();
  }

 private:
  int open_beneath(const std::string& name) const {
    const int file = open_by_openat2(folder_.get(), name);
    const bool unsupported = file < 0 && (errno == ENOSYS || errno == EPERM);
    return unsupported ? open_step_by_step(folder_.get(), name) : file;
  }

  [[noreturn]] void fail_link(const std::string& name) const {
    throw Error(ErrorKind::corrupt, fmt::format("{}/{} leads out of the layout by a link", where_, name),
                "copy the blobs into the layout");
  }

  std::string where_;
  UniqueFd folder_;
};

}  // namespace

std::unique_ptr<LayoutFiles> open_layout_folder(const std::filesystem::path& folder) {
  return std::make_unique<FolderFiles>(folder);
}

std::optional<std::string> read_small_file(const LayoutFiles& files, const std::string& name, std::uint64_t limit) {
  const auto source = files.open(name);
  if (!source) return std::nullopt;
  return read_all(*source, limit, fmt::format("{} in {}", name, files.where()));
}

}  // namespace sidecarctl
