// SPDX-License-Identifier: Apache-2.0
#include "image/tar_index.hpp"

#include "image/tar_header.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <type_traits>
#include <utility>

namespace sidecarctl {

namespace {

// As Linux does for symlinks in paths; it also ends loops.
constexpr int kMaxLinks = 40;
// A pax header, a GNU name and a GNU link name: a chain of more is an attempt to keep us busy.
constexpr int kMaxExtensions = 8;

std::string shown(std::string_view name) {
  return shorten(escape_text(name), 200);
}

/// "./a//b/" and "/a/b" are "a/b". A name with ".." is kept as it is: a key that no lookup asks for.
std::string member_key(std::string name) {
  std::vector<std::string> parts;
  for (std::string& part : split(name, '/')) {
    if (part == "..") return name;
    if (!part.empty() && part != ".") parts.push_back(std::move(part));
  }
  return join(parts, "/");
}

/// The key that a link's path leads to; "" when it climbs out of the archive.
std::string link_key(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(std::move(part));
    } else if (parts.empty()) {
      return "";
    } else {
      parts.pop_back();
    }
  }
  return join(parts, "/");
}

std::string parent_of(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(key.substr(0, slash));
}

/// Only these have bytes after their header; the size of a link or folder means nothing (Go's archive/tar,
/// isHeaderOnly).
bool has_body(char type) {
  return type < '1' || type > '6';
}

bool is_zero(std::string_view block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

}  // namespace

/// One pass over the headers.
class TarIndex::Scanner {
 public:
  Scanner(const ReadAt& read, std::uint64_t size, const TarIndexLimits& limits, TarIndex& index)
      : read_(read), size_(size), limits_(limits), index_(index) {}

  void run() {
    if (size_ == 0) fail("is empty");
    if (size_ < kTarBlock) fail(fmt::format("is not a tar archive: it has only {}", plural(size_, "byte")));
    while (position_ < size_) {
      const std::string block = take(kTarBlock, "a header");
      if (is_zero(block)) {
        index_.has_end_mark_ = true;
        return;
      }
      const auto header = with_position([&] { return parse_tar_header(block); });
      if (!header && position_ == kTarBlock) fail("is not a tar archive");
      if (!header) fail(fmt::format("is damaged: no tar header at byte {}, after {}", position_ - kTarBlock, last_));
      member(*header);
    }
  }

 private:
  [[noreturn]] void fail(std::string_view problem) const {
    throw Error(ErrorKind::corrupt, fmt::format("{} {}", index_.what_, problem));
  }

  template <class Body>
  std::invoke_result_t<Body> with_position(Body&& body) const {
    try {
      return body();
    } catch (const ParseError& error) {
      fail(fmt::format("is damaged near byte {}: {}", position_, error.message()));
    }
  }

  std::string take(std::uint64_t count, std::string_view inside) {
    if (count > size_ - position_) fail_truncated(count, inside);
    std::string bytes(static_cast<std::size_t>(count), '\0');
    const std::size_t got = read_(position_, std::as_writable_bytes(std::span(bytes)));
    if (got != bytes.size()) fail_truncated(count, inside);
    position_ += count;
    return bytes;
  }

  [[noreturn]] void fail_truncated(std::uint64_t count, std::string_view inside) const {
    Error error(ErrorKind::corrupt, fmt::format("{} ends inside {} (needs {} more)", index_.what_, inside,
                                                human_size(count - (size_ - position_))));
    error.set_hint("it was not written or copied to its end: make it again");
    throw error;
  }

  /// To the end of the block. The last padding of a file may be missing: nothing is lost with it.
  void pass_padding(std::uint64_t count) {
    position_ = std::min(size_, position_ + (kTarBlock - count % kTarBlock) % kTarBlock);
  }

  void pass_over(std::uint64_t count, std::string_view inside) {
    if (count > size_ - position_) fail_truncated(count, inside);
    position_ += count;
    pass_padding(count);
  }

  std::string extension_body(std::uint64_t size) {
    if (size > limits_.extension) {
      fail(fmt::format("has an extension header of {}, the limit is {}", human_size(size),
                       human_size(limits_.extension)));
    }
    std::string body = take(size, "an extension header after " + last_);
    pass_padding(size);
    return body;
  }

  /// Is it a header that only says something about the next one?
  bool take_extension(const TarHeader& header) {
    const bool known = header.type == 'x' || header.type == 'g' || header.type == 'L' || header.type == 'K';
    if (!known) return false;
    if (++extensions_ > kMaxExtensions)
      fail(fmt::format("has more than {} extension headers in a row", kMaxExtensions));
    std::string body = extension_body(header.size);
    if (header.type == 'x') pax_ = with_position([&] { return parse_pax(body); });
    if (header.type == 'L') long_name_ = body.substr(0, body.find('\0'));
    if (header.type == 'K') long_link_ = body.substr(0, body.find('\0'));
    return true;  // 'g', a global header: comments of git archive and the like.
  }

  void member(const TarHeader& header) {
    if (take_extension(header)) return;
    std::string name = pax_.path.value_or(long_name_.value_or(header.name));
    const std::string link = pax_.link_target.value_or(long_link_.value_or(header.link_target));
    if (pax_.sparse || header.type == 'S') fail_sparse(name);
    const std::uint64_t size = has_body(header.type) ? pax_.size.value_or(header.size) : 0;
    pax_ = {};
    long_name_.reset();
    long_link_.reset();
    extensions_ = 0;
    if (name.size() > limits_.name_length || link.size() > limits_.name_length) {
      fail(fmt::format("has a name of {} bytes, the limit is {}", std::max(name.size(), link.size()),
                       limits_.name_length));
    }
    last_ = shown(name);
    const TarExtent extent{position_, size};
    pass_over(size, last_);
    add(std::move(name), Member{header.type, extent, link});
  }

  /// The bytes in the archive are not those of the file, and nobody needs this in an image archive.
  [[noreturn]] void fail_sparse(std::string_view name) const {
    throw Error(ErrorKind::corrupt, fmt::format("{} in {} is stored as a sparse file", shown(name), index_.what_),
                "make the archive again without --sparse");
  }

  void add(std::string name, Member member) {
    std::string key = member_key(std::move(name));
    if (member.type == '1') member.link_target = link_key(member.link_target);
    if (member.type == '2') member.link_target = symlink_target(key, member.link_target);
    if (++count_ > limits_.members) fail(fmt::format("has more than {} members", limits_.members));
    name_bytes_ += key.size() + member.link_target.size();
    if (name_bytes_ > limits_.name_bytes)
      fail(fmt::format("has more than {} of names", human_size(limits_.name_bytes)));
    const auto [at, is_new] = index_.members_.insert_or_assign(std::move(key), std::move(member));
    const bool is_folder = at->second.type == '5';
    if (!is_new && !is_folder && index_.duplicates_.size() < kMaxDuplicates) index_.duplicates_.push_back(at->first);
  }

  static std::string symlink_target(const std::string& key, const std::string& target) {
    return link_key(target.starts_with('/') ? target : parent_of(key) + "/" + target);
  }

  const ReadAt& read_;
  std::uint64_t size_;
  const TarIndexLimits& limits_;
  TarIndex& index_;
  std::uint64_t position_ = 0, count_ = 0, name_bytes_ = 0;
  int extensions_ = 0;
  PaxFields pax_;
  std::optional<std::string> long_name_, long_link_;
  std::string last_ = "the start";
};

TarIndex TarIndex::scan(const ReadAt& read, std::uint64_t size, std::string what, const TarIndexLimits& limits) {
  TarIndex index;
  index.what_ = std::move(what);
  Scanner(read, size, limits, index).run();
  return index;
}

TarIndex TarIndex::scan(const UniqueFd& file, std::string what, const TarIndexLimits& limits) {
  const auto read = [&](std::uint64_t offset, std::span<std::byte> out) {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t got = ::pread(file.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw_file_error("read", what, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  };
  return scan(read, file_size(file, what), what, limits);
}

TarIndex::Members::const_iterator TarIndex::follow(std::string_view name) const {
  auto at = members_.find(name);
  for (int links = 0; at != members_.end() && (at->second.type == '1' || at->second.type == '2'); ++links) {
    if (links == kMaxLinks) {
      throw Error(ErrorKind::corrupt, fmt::format("{} has a loop of links at {}", what_, shown(name)));
    }
    at = at->second.link_target.empty() ? members_.end() : members_.find(at->second.link_target);
  }
  return at;
}

std::optional<TarExtent> TarIndex::find(std::string_view name) const {
  const auto at = follow(name);
  return at != members_.end() && at->second.type == '0' ? std::optional(at->second.extent) : std::nullopt;
}

std::optional<std::string> TarIndex::resolve(std::string_view name) const {
  const auto at = follow(name);
  return at == members_.end() ? std::nullopt : std::optional(at->first);
}

}  // namespace sidecarctl
