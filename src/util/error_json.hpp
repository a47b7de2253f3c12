// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/error.hpp"
#include "util/json.hpp"

namespace sidecarctl {

/// {"kind", "message", "context", "hint"}: what every failure looks like in JSON output.
OrderedJson error_json(const Error& error);

}  // namespace sidecarctl
