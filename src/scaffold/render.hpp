// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scaffold/values.hpp"

#include <string>
#include <string_view>

namespace sidecarctl::scaffold {

/// Replaces the tags in `text`; `what` names the template in messages. A tag is `{{` directly followed by something
/// that is no blank, so `${{ secrets.X }}` stays:
/// - `{{name}}`: the value as it is, allowed only for values of letters, digits and `.-_/:@+`
/// - `{{name|filter}}`: quoted for a kind of file: json, python, toml, yaml, shell, label (a Dockerfile LABEL);
///   of a list: json-items, the JSON strings separated by commas
/// - `{{#name}}...{{/name}}`: if the value is set; for a list: once for each item, which is `{{.}}`
/// - `{{^name}}...{{/name}}`: if it is not set
/// A line with nothing but a section tag vanishes. Throws Error{config} for everything else: an unknown variable or
/// filter, a tag without its end, a value that a raw tag must not have.
std::string render(std::string_view text, const Values& values, std::string_view what);

}  // namespace sidecarctl::scaffold
