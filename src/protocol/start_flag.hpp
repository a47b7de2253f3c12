// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::protocol {

/// A file that must be there, whole, before the command runs.
struct ExpectedInput {
  std::string name;  ///< Below the volume; nested names are fine.
  bool has_size = false;
  std::uint64_t size = 0;
  std::string sha256;  ///< 64 lower-case hexadecimal digits, or empty.
};

struct StartFlag {
  enum class Kind {
    plain,     ///< Empty or any other text, as the documented protocol has it: presence alone counts.
    manifest,  ///< sidecar.start/v1.
    invalid,   ///< Begins like JSON and is none, or a manifest with a fault. May be half-written.
  };
  Kind kind = Kind::plain;
  std::string run_id;
  std::vector<ExpectedInput> inputs;
  std::string fault;  ///< Of an invalid one: what is wrong.
};

inline constexpr std::size_t kMaxStartFlagBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kMaxInputs = 10'000;  ///< 4 MiB would hold some 100 000; nobody hands over so many files.

StartFlag parse_start_flag(std::string_view text);

/// A relative path that stays below its folder: no empty, "." or ".." part, no NUL, at most PATH_MAX long.
bool is_name_below(std::string_view name) noexcept;

}  // namespace sidecarctl::protocol
