// SPDX-License-Identifier: Apache-2.0
// One 512-byte header of a tar archive (POSIX ustar and pax, GNU, old V7), and the bodies of extension headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl {

inline constexpr std::size_t kTarBlock = 512;

struct TarHeader {
  std::string name, link_target;
  char type = '0';  ///< The typeflag, NUL and '7' told as '0'.
  std::uint64_t size = 0;
};

/// nullopt when the checksum does not fit: these bytes are no header. Throws ParseError for a size that is none.
/// `block` has kTarBlock bytes.
std::optional<TarHeader> parse_tar_header(std::string_view block);

/// What a pax extended header says about the member after it; nullopt: nothing.
struct PaxFields {
  std::optional<std::string> path, link_target;
  std::optional<std::uint64_t> size;
  bool sparse = false;
};

/// Throws ParseError for records that are not "LENGTH KEY=VALUE\n".
PaxFields parse_pax(std::string_view body);

}  // namespace sidecarctl
