// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/cancel.hpp"

#include <string>
#include <string_view>

namespace sidecarctl {

/// Asks the user at the terminal of this process for a line that is not shown while it is typed. The terminal is as
/// before afterwards, also after Ctrl-C. Throws Error{usage} when there is no terminal, Error{interrupted} on cancel.
std::string ask_secret(std::string_view prompt, const CancelToken& cancel);

/// The same for a line that is shown.
std::string ask_line(std::string_view prompt, const CancelToken& cancel);

}  // namespace sidecarctl
