// SPDX-License-Identifier: Apache-2.0
#include "image/tar_reader.hpp"

#include "image/archive_input.hpp"
#include "image/decompress.hpp"
#include "image/tar_header.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <locale.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <optional>
#include <string_view>

namespace sidecarctl {

namespace {

/// libarchive converts PAX names from UTF-8 to the locale's charset, normalising them on the way. In the C locale that
/// fails for every byte above 127, and then it keeps the bytes as they are: what we want, whatever locale the program
/// has.
class CLocaleScope {
 public:
  CLocaleScope() : previous_(::uselocale(c_locale())) {}
  ~CLocaleScope() { ::uselocale(previous_); }
  CLocaleScope(const CLocaleScope&) = delete;
  CLocaleScope& operator=(const CLocaleScope&) = delete;

 private:
  static locale_t c_locale() {
    static const locale_t locale = ::newlocale(LC_ALL_MASK, "C", nullptr);
    return locale;
  }
  locale_t previous_;
};

/// Some tools (umoci 0.4 insert) leave out what follows the last body: its padding and the end markers. Go's reader,
/// and with it every runtime, takes that; libarchive wants the padding.
class PaddedSource final : public ByteSource {
 public:
  explicit PaddedSource(ByteSource& inner) : inner_(inner) {}

  std::size_t read(std::span<std::byte> out) override {
    const std::size_t got = padding_ ? 0 : inner_.read(out);
    seen_ += got;
    if (got > 0 || out.empty()) return got;
    const auto count = static_cast<std::size_t>(take_padding(out.size()));
    std::fill_n(out.begin(), count, std::byte{0});
    return count;
  }
  std::uint64_t skip(std::uint64_t count) override {
    const std::uint64_t done = padding_ ? 0 : inner_.skip(count);
    seen_ += done;
    return done == count ? done : done + take_padding(count - done);
  }
  bool at_end() const noexcept { return padding_.has_value(); }
  /// Bytes that really came.
  std::uint64_t seen() const noexcept { return seen_; }

 private:
  std::uint64_t take_padding(std::uint64_t most) {
    if (!padding_) padding_ = (kTarBlock - seen_ % kTarBlock) % kTarBlock;
    const std::uint64_t count = std::min(most, *padding_);
    *padding_ -= count;
    return count;
  }

  ByteSource& inner_;
  std::uint64_t seen_ = 0;
  std::optional<std::uint64_t> padding_;  ///< What is left of it, once the inner source has ended.
};

FileType type_of(unsigned filetype) noexcept {
  switch (filetype) {
    case AE_IFREG: return FileType::file;
    case AE_IFDIR: return FileType::directory;
    case AE_IFLNK: return FileType::symlink;
    case AE_IFCHR: return FileType::character_device;
    case AE_IFBLK: return FileType::block_device;
    case AE_IFIFO: return FileType::fifo;
    default: return FileType::other;
  }
}

void assign(std::string& to, const char* text) {
  to.assign(text == nullptr ? "" : text);
}

/// A negative owner is "do not change" to chown(2): the file stays root's.
std::uint64_t owner_of(la_int64_t id) noexcept {
  return id < 0 ? 0 : static_cast<std::uint64_t>(id);
}

void read_xattrs(archive_entry* header, TarEntry& entry) {
  entry.access_acl.clear();
  entry.has_capability = false;
  archive_entry_xattr_reset(header);
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (archive_entry_xattr_next(header, &name, &value, &size) == ARCHIVE_OK) {
    const std::string_view key = name == nullptr ? "" : name;
    if (key == "system.posix_acl_access") entry.access_acl.assign(static_cast<const char*>(value), size);
    if (key == "security.capability") entry.has_capability = true;
  }
}

void convert(archive_entry* header, TarEntry& entry) {
  assign(entry.path, archive_entry_pathname(header));
  const char* const hardlink = archive_entry_hardlink(header);
  entry.is_hardlink = hardlink != nullptr;
  assign(entry.link_target, hardlink != nullptr ? hardlink : archive_entry_symlink(header));
  entry.type = type_of(archive_entry_filetype(header));
  entry.mode = archive_entry_perm(header) & 07777U;
  entry.uid = owner_of(archive_entry_uid(header));
  entry.gid = owner_of(archive_entry_gid(header));
  const la_int64_t size = archive_entry_size(header);
  entry.size = size < 0 || entry.is_hardlink ? 0 : static_cast<std::uint64_t>(size);
  entry.has_holes = archive_entry_sparse_count(header) > 0;
  read_xattrs(header, entry);
}

}  // namespace

struct TarReader::State {
  State(ByteSource& source, std::string name, std::size_t block_size)
      : padded(source), input(padded, block_size), what(std::move(name)) {
    archive_read_support_format_tar(input.handle());
    archive_read_support_format_empty(input.handle());
  }

  [[noreturn]] void fail() const {
    const std::string_view reason = input.error();
    if (reason.starts_with("Unrecognized")) {
      throw DamagedData(LayerFault::Kind::tar, fmt::format("{} is not a tar archive", what));
    }
    if (padded.at_end() && padded.seen() % kTarBlock != 0) fail_short();  // Half a header, filled up with zeros.
    for (const std::string_view word : {"runcated", "Premature"}) {
      if (reason.find(word) == std::string_view::npos) continue;
      fail_short();
    }
    throw DamagedData(LayerFault::Kind::tar, fmt::format("the tar archive of {} is damaged: {}", what, reason));
  }

  [[noreturn]] void fail_short() const {
    throw DamagedData(LayerFault::Kind::truncated, fmt::format("the tar archive of {} is cut short", what));
  }

  bool advance() {
    const CLocaleScope scope;
    if (!opened) {
      opened = true;
      if (input.check(input.open()) < ARCHIVE_WARN) fail();
    }
    archive_entry* header = nullptr;
    const int code = input.check(archive_read_next_header(input.handle(), &header));
    // The padding that we made up must not stand for a part of the last body.
    if (padded.at_end() && body_end > padded.seen()) fail_short();
    if (code == ARCHIVE_EOF) return false;
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) fail();
    convert(header, entry);
    entry.body_offset = static_cast<std::uint64_t>(archive_filter_bytes(input.handle(), 0));
    body_end = entry.has_holes ? 0 : entry.body_offset + entry.size;
    return true;
  }

  PaddedSource padded;
  ArchiveInput input;
  std::string what;
  TarEntry entry;
  std::uint64_t body_end = 0;  ///< Of the current entry, in bytes of the archive.
  bool opened = false, ended = false;
  std::exception_ptr failure;
};

TarReader::TarReader(ByteSource& source, std::string what, std::size_t block_size)
    : state_(std::make_unique<State>(source, std::move(what), block_size)) {}
TarReader::~TarReader() = default;

const TarEntry* TarReader::next() {
  if (state_->failure) std::rethrow_exception(state_->failure);
  if (state_->ended) return nullptr;
  try {
    if (state_->advance()) return &state_->entry;
  } catch (...) {
    state_->failure = std::current_exception();
    throw;
  }
  state_->ended = true;
  return nullptr;
}

std::size_t TarReader::read(std::span<std::byte> out) {
  if (state_->failure) std::rethrow_exception(state_->failure);
  try {
    const auto got = archive_read_data(state_->input.handle(), out.data(), out.size());
    state_->input.check(0);
    if (got < 0) state_->fail();
    return static_cast<std::size_t>(got);
  } catch (...) {
    state_->failure = std::current_exception();
    throw;
  }
}

}  // namespace sidecarctl
