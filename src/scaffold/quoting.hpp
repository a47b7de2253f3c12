// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sidecarctl::scaffold {

/// Letters, digits and `.-_/:@+`: means the same in every kind of file.
bool is_plain(std::string_view text) noexcept;

/// A string literal that JSON, Python, TOML and YAML read alike. Throws Error{usage} for bytes that are not UTF-8 and
/// for NUL.
std::string double_quoted(std::string_view text);

/// One word of a POSIX shell.
std::string shell_quoted(std::string_view text);

/// A value of LABEL or ENV in a Dockerfile, where `$` and `\` count inside of quotes. Throws Error{usage} for a line
/// break.
std::string label_quoted(std::string_view text);

}  // namespace sidecarctl::scaffold
