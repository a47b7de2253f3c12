// SPDX-License-Identifier: Apache-2.0
#include "image/layer_cache.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace sidecarctl {

namespace {

namespace fs = std::filesystem;

/// What a writer that was killed leaves behind is removed after this time.
constexpr auto kStaleAfter = std::chrono::hours(1);
constexpr std::string_view kTemporaryPrefix = ".layer-";
/// A base image may lie in some folders and archives at once; the last of use are known.
constexpr std::size_t kMaxIdentities = 16;
constexpr std::size_t kMaxIdentityBytes = 4096;

/// The file, if it is a regular one of this user: nobody else may tell us what is in an image.
std::unique_ptr<ByteSource> open_own_file(const fs::path& path) {
  auto file = std::make_shared<UniqueFd>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!file->valid() || ::fstat(file->get(), &info) != 0 || !S_ISREG(info.st_mode)) return nullptr;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (info.st_uid != ::geteuid() || size > LayerCache::kMaxFileBytes) return nullptr;
  // Its time is when it was last of use: the oldest are removed first.
  ::futimens(file->get(), nullptr);
  return std::make_unique<FileRangeSource>(std::move(file), 0, size, path.string());
}

struct CacheFile {
  fs::file_time_type time;
  std::uint64_t size = 0;
  fs::path path;
};

}  // namespace

fs::path LayerCache::path_of(const Digest& digest) const {
  return folder_ / fmt::format("{}.layer{}", digest.hex(), kLayerFormatVersion);
}

std::optional<ReadLayer> LayerCache::load(const Digest& digest, std::uint64_t size) const noexcept {
  try {
    const auto source = open_own_file(path_of(digest));
    if (!source) return std::nullopt;
    auto layer = parse_layer(*source);
    if (layer && layer->digest == digest && layer->size == size) return layer;
    log(LogLevel::debug, "the cached index of {} is damaged or of another version", digest.str());
  } catch (const std::exception& error) {
    log(LogLevel::debug, "the cached index of {} cannot be read: {}", digest.str(), error.what());
  }
  return std::nullopt;
}

void LayerCache::store(const ReadLayer& layer) const noexcept {
  try {
    write(layer);
    prune();
  } catch (const std::exception& error) {
    log(LogLevel::debug, "the index of {} cannot be cached: {}", layer.digest.str(), error.what());
  }
}

fs::path LayerCache::identities_of(const Digest& digest) const {
  return path_of(digest).concat(".verified");
}

std::string LayerCache::read_identities(const Digest& digest) const {
  const auto source = open_own_file(identities_of(digest));
  return source ? read_up_to(*source, kMaxIdentityBytes) : std::string();
}

bool LayerCache::has_verified(const Digest& digest, std::string_view identity) const noexcept {
  try {
    const auto known = split(read_identities(digest), '\n');
    return !identity.empty() && std::ranges::find(known, identity) != known.end();
  } catch (const std::exception&) {
    return false;
  }
}

void LayerCache::remember_verified(const Digest& digest, std::string_view identity) const noexcept {
  try {
    if (identity.empty()) return;
    std::string text(identity);
    text += '\n';
    std::size_t count = 1;
    for (const std::string& known : split(read_identities(digest), '\n')) {
      if (known.empty() || known == identity || text.size() + known.size() >= kMaxIdentityBytes) continue;
      if (++count > kMaxIdentities) break;
      text += known + '\n';
    }
    replace(identities_of(digest), [&](const Sink& sink) { sink(std::as_bytes(std::span(text))); });
  } catch (const std::exception& error) {
    log(LogLevel::debug, "that {} was verified cannot be kept: {}", digest.str(), error.what());
  }
}

/// Without fsync: a file that a crash leaves half-written has a wrong checksum, and is read as none.
void LayerCache::replace(const fs::path& path, const Writer& write) const {
  fs::create_directories(folder_);
  std::string temporary = folder_ / fmt::format("{}XXXXXX", kTemporaryPrefix);
  const UniqueFd file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.valid()) throw_file_error("write in", folder_, errno);
  try {
    write([&](std::span<const std::byte> bytes) { write_all(file.get(), bytes, temporary); });
    fs::rename(temporary, path);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

void LayerCache::write(const ReadLayer& layer) const {
  replace(path_of(layer.digest), [&](const Sink& sink) {
    std::uint64_t written = 0;
    write_layer(layer, [&](std::span<const std::byte> bytes) {
      written += bytes.size();
      if (written > std::min(kMaxFileBytes, max_bytes_)) throw Error(ErrorKind::io, "it is larger than the limit");
      sink(bytes);
    });
  });
}

void LayerCache::prune() const {
  std::vector<CacheFile> files;
  std::uint64_t total = 0;
  const auto now = fs::file_time_type::clock::now();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename();
    std::error_code gone;  // Another process may be pruning too.
    if (!entry.is_regular_file(gone) || gone) continue;
    const CacheFile file{entry.last_write_time(gone), entry.file_size(gone), entry.path()};
    if (gone) continue;
    if (name.starts_with(kTemporaryPrefix)) {
      if (now - file.time > kStaleAfter) fs::remove(file.path, gone);
    } else if (name.find(".layer") != std::string::npos) {
      total += file.size;
      files.push_back(file);
    }
  }
  std::ranges::sort(files, {}, &CacheFile::time);
  for (const CacheFile& file : files) {
    if (total <= max_bytes_) break;
    std::error_code gone;
    fs::remove(file.path, gone);
    total -= file.size;
  }
}

}  // namespace sidecarctl
