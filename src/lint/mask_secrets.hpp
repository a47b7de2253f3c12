// SPDX-License-Identifier: Apache-2.0
// Texts of an image as they may be shown: what looks like a secret is hidden.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::lint {

inline constexpr std::string_view kHidden = "(hidden)";

/// `text` with the values of assignments whose names promise a secret hidden ("TOKEN=(hidden)"); all of it when it
/// holds what only secrets look like.
std::string mask_secrets(std::string_view text);
/// The words of a command line; of "--token", "abc" the second is hidden, too.
std::vector<std::string> mask_words(const std::vector<std::string>& words);
/// An entry of Env: "TOKEN=(hidden)" whatever the value is made of.
std::string mask_environment(const std::string& entry);
/// The value of a label, or "(hidden)" if its key or itself looks like a secret.
std::string mask_label(std::string_view key, const std::string& value);

}  // namespace sidecarctl::lint
