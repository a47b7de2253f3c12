// SPDX-License-Identifier: Apache-2.0
#include "commands/push_access.hpp"

#include "http/transport.hpp"
#include "image/reference.hpp"
#include "util/error.hpp"

#include <string_view>
#include <utility>

namespace sidecarctl {

namespace {

/// "" for a path or another place that is no registry.
std::string registry_of(std::string image) {
  for (const std::string_view scheme : {"docker://", "registry:"}) {
    if (image.starts_with(scheme)) {
      image.erase(0, scheme.size());
      break;
    }
  }
  try {
    return Reference::parse(image).registry();
  } catch (const Error&) {
    return "";
  }
}

}  // namespace

RegistryContext context_with(const RegistryContext& context, RegistryOptions options, Events& events,
                             const CancelToken& cancel) {
  const auto make_transport = [&cancel](HttpOptions http) { return make_curl_transport(std::move(http), cancel); };
  return {std::move(options), context.environment, events, context.clock, cancel, make_transport};
}

RegistryOptions options_for_source(RegistryOptions options, const std::string& image,
                                   const std::optional<std::string>& target) {
  if (target && registry_of(image) == *target) return options;
  options.username = options.password = options.token = std::nullopt;
  options.cert = options.key = std::nullopt;
  options.plain_http = false;
  options.tls_verify = true;
  return options;
}

}  // namespace sidecarctl
