// SPDX-License-Identifier: Apache-2.0
#include "cli/env.hpp"

#include "util/error.hpp"

namespace sidecarctl {

std::string image_or_default(const std::string& given, const Env& env) {
  if (!given.empty()) return given;
  if (env.default_image) return *env.default_image;
  throw Error(ErrorKind::usage, "no image is given", "name one, or set 'image' under [sidecar] in sidecar.toml");
}

}  // namespace sidecarctl
