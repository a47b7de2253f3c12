// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/start_chain.hpp"

#include <string_view>

namespace sidecarctl::lint {

/// Is that a program that busybox has built in? Its shell may run such a one without a file: it does so where it was
/// built with FEATURE_SH_STANDALONE or FEATURE_PREFER_APPLETS (Debian's busybox-static is).
bool is_busybox_applet(std::string_view name);

/// Can that shell be busybox, as far as its file's name tells?
bool may_be_busybox(const StartChain& shell);

}  // namespace sidecarctl::lint
