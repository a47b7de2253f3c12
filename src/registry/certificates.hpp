// SPDX-License-Identifier: Apache-2.0
// certs.d: CAs and client certificates by registry (docker's and podman's folders).
#pragma once

#include "util/environment.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sidecarctl {

struct RegistryCertificates {
  std::vector<std::filesystem::path> cas;
  std::optional<std::filesystem::path> cert, key;
};

/// The folders that hold one folder for each registry, the user's own before the system's.
std::vector<std::filesystem::path> certificate_folders(const Environment& environment);

/// What they hold for `registry` ("host" or "host:port", spelled like that): all CAs, the first pair of a *.cert and
/// its *.key. Throws Error{config} naming the missing half of a pair.
RegistryCertificates find_certificates(const std::string& registry, const std::vector<std::filesystem::path>& folders);

}  // namespace sidecarctl
