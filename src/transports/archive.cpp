// SPDX-License-Identifier: Apache-2.0
#include "transports/archive.hpp"

#include "image/decompress.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace sidecarctl {

namespace {

constexpr std::size_t kHeadSize = 512;  // One tar header: enough to tell every compression from a tar.
constexpr std::size_t kCopySize = 256 * 1024;
// A compressed file may unpack to anything. What is left for others on the temporary file system:
constexpr std::uint64_t kSpareSpace = 256ULL * 1024 * 1024;
constexpr std::uint64_t kSpaceCheckInterval = 64ULL * 1024 * 1024;
constexpr int kPollMilliseconds = 250;  // How long Ctrl-C may take while nothing comes through a pipe.

/// A pipe. Ends early when the user interrupts.
class StreamSource final : public ByteSource {
 public:
  StreamSource(std::shared_ptr<UniqueFd> file, std::string what, const CancelToken& cancel)
      : file_(std::move(file)), what_(std::move(what)), cancel_(cancel) {}

  std::size_t read(std::span<std::byte> out) override {
    while (true) {
      cancel_.check();
      pollfd waiting{file_->get(), POLLIN, 0};
      if (::poll(&waiting, 1, kPollMilliseconds) <= 0) continue;
      const ssize_t got = ::read(file_->get(), out.data(), out.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR && errno != EAGAIN) throw_file_error("read", what_, errno);
    }
  }

 private:
  std::shared_ptr<UniqueFd> file_;
  std::string what_;
  const CancelToken& cancel_;
};

std::uint64_t free_space(const std::filesystem::path& folder) {
  std::error_code problem;
  const auto space = std::filesystem::space(folder, problem);
  return problem ? UINT64_MAX : space.available;
}

void require_space(const std::filesystem::path& folder, std::uint64_t needed) {
  const std::uint64_t available = free_space(folder);
  if (needed <= available) return;
  throw Error(ErrorKind::io,
              fmt::format("need {} in '{}', {} are free", human_size(needed), folder.string(), human_size(available)),
              "set TMPDIR to a folder with more space, or unpack the archive and use an oci: source");
}

std::shared_ptr<UniqueFd> spool(ByteSource& source, const std::string& where, std::uint64_t needed,
                                const ArchiveContext& context) {
  const std::filesystem::path folder = temporary_directory();
  require_space(folder, needed);
  const auto progress = context.events.progress("reading " + where, needed);
  auto file = open_unnamed_temporary(folder);
  std::vector<std::byte> buffer(kCopySize);
  std::uint64_t since_check = 0;
  while (const std::size_t got = source.read(buffer)) {
    context.cancel.check();
    write_all(file->get(), std::span(buffer).first(got), "a temporary file in " + folder.string());
    progress->advance(got);
    since_check += got;
    if (since_check >= kSpaceCheckInterval) {
      require_space(folder, kSpareSpace);
      since_check = 0;
    }
  }
  progress->finish("done");
  return file;
}

std::string read_range(const UniqueFd& file, std::uint64_t offset, std::size_t length, const std::string& where) {
  std::string bytes(length, '\0');
  const ssize_t got = ::pread(file.get(), bytes.data(), length, static_cast<off_t>(offset));
  if (got < 0) throw_file_error("read", where, errno);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = (value << 8U) | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

/// Frame_Content_Size, RFC 8878 section 3.1.1.1.
std::optional<std::uint64_t> zstd_content_size(std::string_view head) {
  constexpr std::size_t kMagic = 4;
  constexpr std::array<std::size_t, 4> kDictionaryBytes{0, 1, 2, 4}, kSizeBytes{0, 2, 4, 8};
  if (head.size() <= kMagic || little_endian(head.substr(0, kMagic)) != 0xFD2FB528U) return std::nullopt;
  const unsigned descriptor = static_cast<unsigned char>(head[kMagic]);
  const bool single_segment = (descriptor & 0x20U) != 0;
  const unsigned flag = descriptor >> 6U;
  const std::size_t length = flag == 0 && single_segment ? 1 : kSizeBytes[flag];
  const std::size_t at = kMagic + 1 + (single_segment ? 0 : 1) + kDictionaryBytes[descriptor & 3U];
  if (length == 0 || head.size() < at + length) return std::nullopt;
  return little_endian(head.substr(at, length)) + (length == 2 ? 256 : 0);
}

/// "a PDF", "a zip archive", else the first bytes.
std::string describe_start(std::string_view head) {
  constexpr std::size_t kShown = 40;
  constexpr std::pair<std::string_view, std::string_view> kKinds[] = {{"%PDF", "a PDF"},
                                                                      {"PK\x03\x04", "a zip archive"},
                                                                      {"\x7f"
                                                                       "ELF",
                                                                       "a program"},
                                                                      {"7z\xbc\xaf", "a 7z archive"}};
  for (const auto& [magic, kind] : kKinds) {
    if (head.starts_with(magic)) return fmt::format("it is {}", kind);
  }
  const std::string_view line = head.substr(0, std::min(head.find_first_of("\r\n"), kShown));
  return fmt::format("it starts with '{}'", shorten(escape_text(line), kShown));
}

/// A text or another kind of file would be told as a damaged tar.
void check_start(const UniqueFd& file, const std::string& where, bool is_packed) {
  constexpr std::string_view kHint = "an image archive is what 'docker save', 'podman save' or 'skopeo copy' writes";
  const std::string head = read_range(file, 0, kHeadSize, where);
  if (head.empty())
    throw Error(ErrorKind::corrupt, fmt::format("'{}' is empty, not an image archive", where), std::string(kHint));
  if (head.size() == kHeadSize && detect_compression(head) != Compression::unknown) return;
  throw Error(ErrorKind::corrupt,
              fmt::format("'{}' is not an image archive, an OCI layout or a Dockerfile: {}{}", where,
                          is_packed ? "unpacked, " : "", describe_start(head)),
              std::string(kHint));
}

std::shared_ptr<const Archive> index_archive(std::shared_ptr<UniqueFd> file, std::string where, Events& events) {
  TarIndex index = TarIndex::scan(*file, where);
  for (const std::string& name : index.duplicates()) {
    events.warning(
        fmt::format("{} has '{}' more than once; the last one counts", where, shorten(escape_text(name), 200)));
  }
  return std::make_shared<const Archive>(std::move(file), std::move(index), std::move(where));
}

std::shared_ptr<UniqueFd> standard_input() {
  if (::isatty(STDIN_FILENO) == 1) {
    throw Error(ErrorKind::usage, "'-' reads an archive from standard input, and that is a terminal",
                "for example: docker save app:1.0 | sidecarctl lint -");
  }
  const int copy = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw_file_error("read", "standard input", errno);
  return std::make_shared<UniqueFd>(copy);
}

}  // namespace

std::unique_ptr<ByteSource> Archive::open(const std::string& name) const {
  const auto extent = index_.find(name);
  if (!extent) return nullptr;
  return std::make_unique<FileRangeSource>(file_, extent->offset, extent->size, fmt::format("{} in {}", name, where_));
}

std::string Archive::identity(const std::string& name) const {
  const auto extent = index_.find(name);
  const std::string whole = file_identity(*file_);
  return extent && !whole.empty() ? fmt::format("{}@{}", whole, extent->offset) : std::string();
}

std::optional<std::uint64_t> unpacked_size_hint(Compression compression, std::string_view head, std::string_view tail) {
  if (compression == Compression::gzip && tail.size() == 4) return little_endian(tail);
  if (compression == Compression::zstd) return zstd_content_size(head);
  return std::nullopt;
}

std::shared_ptr<const Archive> open_archive(std::shared_ptr<UniqueFd> file, std::string where,
                                            const ArchiveContext& context) {
  struct stat info {};
  if (::fstat(file->get(), &info) != 0) throw_file_error("read", where, errno);
  if (S_ISDIR(info.st_mode)) {
    throw Error(ErrorKind::usage, fmt::format("'{}' is a folder, not an archive", where),
                fmt::format("an OCI layout is named 'oci:{}'", where));
  }
  // A device like /dev/zero would never end.
  if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode) && !S_ISSOCK(info.st_mode)) {
    throw Error(ErrorKind::io, fmt::format("'{}' is neither a file nor a pipe", where));
  }
  const bool seekable = S_ISREG(info.st_mode) && ::lseek(file->get(), 0, SEEK_CUR) == 0;
  std::uint64_t needed = 0;
  std::unique_ptr<ByteSource> bytes;
  if (seekable) {
    const auto size = static_cast<std::uint64_t>(info.st_size);
    const std::string head = read_range(*file, 0, kHeadSize, where);
    const Compression compression = detect_compression(head);
    if (compression == Compression::none || compression == Compression::unknown) {
      check_start(*file, where, false);
      return index_archive(file, where, context.events);
    }
    const std::string tail = read_range(*file, size < 4 ? 0 : size - 4, 4, where);
    needed = unpacked_size_hint(compression, head, tail).value_or(0);
    bytes = std::make_unique<FileRangeSource>(file, 0, size, where);
  } else {
    bytes = std::make_unique<StreamSource>(file, where, context.cancel);
  }
  const auto unpacked = open_decompressed(std::move(bytes), where);
  auto spooled = spool(*unpacked, where, needed, context);
  check_start(*spooled, where, seekable);
  return index_archive(std::move(spooled), where, context.events);
}

std::shared_ptr<const Archive> open_archive(ByteSource& bytes, std::string where, std::uint64_t needed,
                                            const ArchiveContext& context) {
  auto file = spool(bytes, where, needed, context);
  return index_archive(std::move(file), std::move(where), context.events);
}

std::shared_ptr<const Archive> open_archive(const std::string& path, const ArchiveContext& context) {
  if (path == "-") return open_archive(standard_input(), "standard input", context);
  return open_archive(open_file(path), escape_text(path), context);
}

}  // namespace sidecarctl
