// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/types.hpp"
#include "registry/endpoint.hpp"
#include "util/byte_source.hpp"

#include <memory>

namespace sidecarctl {

/// The bytes of a blob, as the registry or the place it redirects to sends them, at most one more than `blob.size`. A
/// body that breaks or ends early is continued with Range. Nothing is verified. The first answer is waited for: a blob
/// that is not there throws now. `endpoint` lives as long as the source needs it.
std::unique_ptr<ByteSource> download_blob(std::shared_ptr<Endpoint> endpoint, const Purpose& purpose,
                                          const Descriptor& blob);

}  // namespace sidecarctl
