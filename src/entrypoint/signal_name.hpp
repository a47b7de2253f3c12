// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sidecarctl::entrypoint {

/// "SIGKILL"; "signal 44" for the others. Without strsignal, which brings translations.
std::string signal_name(int signal);

}  // namespace sidecarctl::entrypoint
