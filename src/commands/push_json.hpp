// SPDX-License-Identifier: Apache-2.0
// The document `sidecarctl.push/v1` (docs/schema/push.v1.json).
#pragma once

#include "image/source.hpp"
#include "lint/engine.hpp"
#include "registry/push.hpp"
#include "util/json.hpp"

#include <string>
#include <vector>

namespace sidecarctl {

/// What a push report does not know by itself.
struct PushCircumstances {
  Reference destination;
  SourceInfo source;
  std::string auth_source;  ///< As RegistryClient::auth_source() says.
  std::vector<std::string> warnings;
};

/// Of a push that ran; with `error` when a tag was refused.
OrderedJson push_document(const PushReport& report, const PushCircumstances& circumstances);

/// Of a push that its own checks refused.
OrderedJson refusal_document(const Error& error, const lint::TargetReport& report);

/// "1.0: the tag is immutable" for each, as one Error.
Error tag_error(const std::vector<TagFailure>& failures);

}  // namespace sidecarctl
