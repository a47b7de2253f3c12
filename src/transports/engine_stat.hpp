// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/transport.hpp"
#include "image/image_files.hpp"

#include <optional>

namespace sidecarctl {

/// The header of a HEAD on an engine's archive endpoint (X-Docker-Container-Path-Stat) as a brief node; nullopt when
/// there is none or it does not tell enough.
std::optional<FileNode> parse_engine_stat(const Headers& headers);

}  // namespace sidecarctl
