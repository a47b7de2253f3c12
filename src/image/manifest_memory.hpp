// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/source.hpp"

#include <memory>

namespace sidecarctl {

/// `inner`, asked for each manifest once: whoever looks at the image later sees the very bytes that were judged before,
/// whatever a tag points at by then.
std::unique_ptr<ImageSource> remember_manifests(std::unique_ptr<ImageSource> inner);

}  // namespace sidecarctl
