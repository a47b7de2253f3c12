// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/json.hpp"

#include <string>

namespace sidecarctl::test {

/// What is wrong with `document` by a JSON Schema, as "/targets/0: ..."; "" if nothing. Knows the keywords that the
/// schemas in docs/schema use: $ref into the same document, type, const, enum, minimum, required, properties,
/// additionalProperties: false, items, oneOf. Another keyword throws std::logic_error, so that none is passed over.
std::string schema_problem(const Json& schema, const Json& document);

}  // namespace sidecarctl::test
