// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl::lint {

/// A secret found in a text: what kind, and what may be shown of it ("ghp_…").
struct SecretMatch {
  std::string kind;
  std::string masked;
};

/// Looks for values that only secrets have: private keys, tokens with a known prefix, JWTs, passwords in URLs. Never
/// judges by a variable's name. Reads at most 1 MiB of `text`.
std::optional<SecretMatch> find_secret(std::string_view text);

/// Does the name of a variable or label promise a secret ("DB_PASSWORD")? Names of files and public ids do not.
bool is_secret_name(std::string_view name);

}  // namespace sidecarctl::lint
