// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transports/transport.hpp"

#include <memory>
#include <span>
#include <string>

namespace sidecarctl {

using TransportTable = std::span<const TransportInfo* const>;

/// open_source() with a table of one's own.
std::unique_ptr<ImageSource> open_source_among(TransportTable table, const std::string& name,
                                               TransportContext& context);

}  // namespace sidecarctl
