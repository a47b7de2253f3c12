// SPDX-License-Identifier: Apache-2.0
// The docker-credential-* protocol.
#pragma once

#include "registry/credentials.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace sidecarctl {

class CredentialHelper {
 public:
  /// `name` as in credHelpers or credsStore: "pass"; `named_in`: the file, for messages. Throws Error{config} for a
  /// name that could be a path or an option.
  CredentialHelper(std::string name, std::string named_in, std::chrono::milliseconds time_limit);

  /// nullopt: it has none for that server. Throws Error{tool}.
  std::optional<Credential> get(const std::string& server, const CancelToken& cancel) const;
  void store(const std::string& server, const Credential& credential, const CancelToken& cancel) const;
  void erase(const std::string& server, const CancelToken& cancel) const;
  const std::string& name() const noexcept { return name_; }

 private:
  struct Answer {
    int exit_code;
    std::string output, words;  ///< `words`: what it said, as one line.
  };
  Answer call(const std::string& verb, const std::string& input, const CancelToken& cancel) const;
  [[noreturn]] void fail(const std::string& verb, const std::string& words) const;

  std::string name_, named_in_;
  std::chrono::milliseconds time_limit_;
};

}  // namespace sidecarctl
