// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sidecarctl {

/// The whole program `sidecar-entrypoint`, a static ELF executable for x86-64, as the build made it.
std::string_view embedded_entrypoint() noexcept;

}  // namespace sidecarctl
