// SPDX-License-Identifier: Apache-2.0
#include "registry/compression_cache.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <span>
#include <vector>

namespace sidecarctl {

namespace {

constexpr std::string_view kFileName = "compressed-layers-v1";
constexpr std::size_t kChecksumDigits = 12;
/// A reader may meet a file that another process is just about to shorten.
constexpr std::uint64_t kReadLimit = 4 * CompressionCache::kMaxFileSize;

std::string checksum(std::string_view text) {
  return Digest::sha256_of(text).hex().substr(0, kChecksumDigits);
}

std::string format_line(const Digest& diff_id, const std::string& compressor, const CompressedLayer& layer) {
  const std::string text = fmt::format("{} {} {} {}", diff_id.str(), compressor, layer.digest.str(), layer.size);
  return fmt::format("{} {}\n", text, checksum(text));
}

struct Line {
  Digest diff_id;
  std::string compressor;
  CompressedLayer layer;
};

/// nullopt for a line that was cut, damaged or written by a later version.
std::optional<Line> parse_line(const std::string& line) {
  const std::vector<std::string> fields = split(line, ' ');
  if (fields.size() != 5 || checksum(line.substr(0, line.rfind(' '))) != fields[4]) return std::nullopt;
  const auto diff_id = Digest::try_parse(fields[0]);
  const auto digest = Digest::try_parse(fields[2]);
  const auto size = parse_unsigned(fields[3]);
  if (!diff_id || !digest || !size) return std::nullopt;
  return Line{*diff_id, fields[1], {*digest, *size}};
}

}  // namespace

CompressionCache::CompressionCache(std::optional<std::filesystem::path> folder) {
  if (!folder) return;
  file_ = *folder / kFileName;
  try {
    if (const auto text = read_file_if_exists(*file_, kReadLimit)) load(*text);
  } catch (const Error& error) {
    log(LogLevel::debug, "no compression cache: {}", error.message());
  }
}

void CompressionCache::load(const std::string& text) {
  for (const std::string& line : split(text, '\n')) {
    if (auto parsed = parse_line(line)) {
      known_.insert_or_assign({parsed->diff_id, std::move(parsed->compressor)}, parsed->layer);
    }
  }
  if (text.size() <= kMaxFileSize) return;
  const std::size_t middle = text.find('\n', text.size() / 2);
  if (middle != std::string::npos) write_file_atomically(*file_, std::string_view(text).substr(middle + 1), 0600);
}

std::optional<CompressedLayer> CompressionCache::find(const Digest& diff_id, const std::string& compressor) const {
  const std::lock_guard lock(mutex_);
  const auto at = known_.find({diff_id, compressor});
  return at == known_.end() ? std::nullopt : std::optional(at->second);
}

void CompressionCache::add(const Digest& diff_id, const std::string& compressor, const CompressedLayer& layer) {
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign({diff_id, compressor}, layer);
  if (file_) append(format_line(diff_id, compressor, layer));
}

void CompressionCache::append(const std::string& line) const {
  std::error_code ignored;
  std::filesystem::create_directories(file_->parent_path(), ignored);
  // One write to a file opened with O_APPEND: lines of several processes do not mix.
  const UniqueFd file(::open(file_->c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  try {
    if (file.valid()) write_all(file.get(), std::as_bytes(std::span(line)), file_->string());
  } catch (const Error& error) {
    log(LogLevel::debug, "compression cache: {}", error.message());
  }
}

}  // namespace sidecarctl
