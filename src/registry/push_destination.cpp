// SPDX-License-Identifier: Apache-2.0
#include "registry/push_destination.hpp"

#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl {

namespace {

constexpr std::string_view kDockerScheme = "docker://";

/// podman files images without a registry under "localhost/", which is no server.
constexpr std::string_view kPodmanLocal = "localhost/";

std::string strip_prefix(const std::string& text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

/// Parses "HOST/name", where HOST is what the user gave as registry.
Reference complete(const std::string& registry, const std::string& name) {
  const std::string host(strip_prefix(registry, kDockerScheme));
  const std::string text = fmt::format("{}{}{}", host, host.ends_with('/') ? "" : "/", name);
  Reference reference = Reference::parse(text);
  if (reference.has_explicit_registry()) return reference;
  throw Error(ErrorKind::usage, fmt::format("'{}' is not the name of a registry", registry),
              "a registry is a host with a dot or a port, or 'localhost'");
}

[[noreturn]] void refuse_without_host(std::string_view what, const std::string& name) {
  throw Error(ErrorKind::usage, fmt::format("{} '{}' has no registry host", what, name),
              fmt::format("write registry.example.com/{0} or docker.io/{0}, or give --registry HOST", name));
}

Reference parse_name(const DestinationRequest& request, std::string_view what, const std::string& name) {
  const Reference reference = Reference::parse(name);
  if (reference.has_explicit_registry()) return reference;
  if (request.registry) return complete(*request.registry, name);
  refuse_without_host(what, name);
}

Reference parse_target(const DestinationRequest& request) {
  if (request.destination) return parse_name(request, "target", strip_prefix(*request.destination, kDockerScheme));
  if (!request.image_name) {
    throw Error(ErrorKind::usage, "there is no destination, and the image has no name of its own",
                "say where it goes: sidecarctl push IMAGE registry.example.com/team/app:1.0");
  }
  return parse_name(request, "there is no destination, and the image's name",
                    strip_prefix(*request.image_name, kPodmanLocal));
}

std::vector<std::string> collect_tags(const Reference& reference, const std::vector<std::string>& further) {
  std::vector<std::string> tags;
  if (reference.tag()) tags.push_back(*reference.tag());
  for (const std::string& tag : further) {
    if (!is_valid_tag(tag)) {
      throw Error(ErrorKind::usage, fmt::format("'{}' is not a tag", tag),
                  "a tag has up to 128 letters, digits, '_', '.' and '-', and starts with none of the last two");
    }
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  }
  return tags;
}

}  // namespace

PushDestination resolve_destination(const DestinationRequest& request) {
  const Reference reference = parse_target(request);
  PushDestination result{reference, collect_tags(reference, request.tags)};
  if (result.tags.empty() && !reference.digest()) {
    throw Error(ErrorKind::usage, fmt::format("target '{}' has neither a tag nor a digest", reference.name()),
                fmt::format("write a version: {}:1.0", reference.name()));
  }
  if (!request.allow_latest && std::find(result.tags.begin(), result.tags.end(), "latest") != result.tags.end()) {
    throw Error(ErrorKind::policy, "tag 'latest' is not runnable in Foundry",
                "use a version tag, or --allow-latest for a registry that serves others");
  }
  return result;
}

}  // namespace sidecarctl
