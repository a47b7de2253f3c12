// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sidecarctl {

/// A line of an image's history as one would write it in a Dockerfile: without the shell and the marks that builders
/// put around it. "/bin/sh -c #(nop)  USER 5001" is "USER 5001", "/bin/sh -c chmod 700 /opt" is "RUN chmod 700 /opt".
/// Blanks are single ones. Not escaped.
std::string readable_history_line(std::string_view created_by);

}  // namespace sidecarctl
