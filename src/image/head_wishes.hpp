// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sidecarctl {

/// Whose first bytes are kept while a layer is read. A guess that saves a second reading: what is asked for and was not
/// kept costs one.
class HeadWishes {
 public:
  /// Absolute paths or bare file names.
  void add(const std::vector<std::string>& names);

  /// How many bytes to look at first: of `path` ("usr/bin/env", as the layer has it) with that mode. 0: none.
  std::size_t first_bytes(std::string_view path, std::uint32_t mode) const;
  /// How many of the file in all, once its first bytes are known: scripts are judged by their text.
  static std::size_t all_bytes(std::string_view path, std::string_view first);

  static constexpr std::size_t kBinary = 4096;             ///< ELF header, program headers and the loader's name.
  static constexpr std::size_t kScript = 64UL * 1024;      ///< As much text as rules look at.
  static constexpr std::size_t kAccounts = 1024UL * 1024;  ///< /etc/passwd and /etc/group are read whole.

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> names_, paths_;
};

}  // namespace sidecarctl
