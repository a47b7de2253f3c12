// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/file.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl {

/// Where the bytes of a member are in the archive file.
struct TarExtent {
  std::uint64_t offset = 0, size = 0;
};

struct TarIndexLimits {
  std::uint64_t members = 1'000'000;                ///< An archive of an image has some hundreds.
  std::uint64_t name_bytes = 128ULL * 1024 * 1024;  ///< Of all names together: what the index may take in memory.
  std::size_t name_length = 4096;                   ///< PATH_MAX.
  std::uint64_t extension = 1024UL * 1024;          ///< Body of a pax or GNU extension header.
};

/// The table of members of a seekable tar: one pass over the headers, bodies are passed over by seeking. Names are
/// keys, never paths. A name that comes twice counts as its last member. Immutable, so usable from several threads.
class TarIndex {
 public:
  /// Bytes of the archive at an offset: fewer than asked only at its end.
  using ReadAt = std::function<std::size_t(std::uint64_t offset, std::span<std::byte> out)>;

  /// `what` names the archive in messages: "app.tar". Throws Error{corrupt} for what is not a tar, is damaged or ends
  /// too early ("app.tar ends inside blobs/sha256/ab... (needs 81 MB more)"), and for sparse files.
  static TarIndex scan(const UniqueFd& file, std::string what, const TarIndexLimits& limits = {});
  static TarIndex scan(const ReadAt& read, std::uint64_t size, std::string what, const TarIndexLimits& limits = {});

  /// Is there a member (of any type) of that name?
  bool contains(std::string_view name) const { return members_.contains(name); }
  /// The bytes of the regular file `name`, links between members followed; nullopt: there is none, or a link leads
  /// nowhere. Throws Error{corrupt} for a loop of links.
  std::optional<TarExtent> find(std::string_view name) const;
  /// The name of the member that find() ends at.
  std::optional<std::string> resolve(std::string_view name) const;
  std::size_t size() const noexcept { return members_.size(); }
  const std::vector<std::string>& duplicates() const noexcept { return duplicates_; }  ///< The first kMaxDuplicates.
  /// Did the archive end with its end mark? If not it may have been cut between two members.
  bool has_end_mark() const noexcept { return has_end_mark_; }

  static constexpr std::size_t kMaxDuplicates = 100;

 private:
  class Scanner;
  struct Member {
    char type = '0';  ///< As TarHeader::type.
    TarExtent extent;
    std::string link_target;  ///< The key of the member a link points at; "" when it leaves the archive.
  };
  using Members = std::map<std::string, Member, std::less<>>;
  Members::const_iterator follow(std::string_view name) const;

  std::string what_;
  Members members_;
  std::vector<std::string> duplicates_;
  bool has_end_mark_ = false;
};

}  // namespace sidecarctl
