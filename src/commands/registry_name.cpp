// SPDX-License-Identifier: Apache-2.0
#include "commands/registry_name.hpp"

#include "image/reference.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <string_view>

namespace sidecarctl {

namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw Error(ErrorKind::usage, fmt::format("'{}' is not the name of a registry", text),
              "a registry is a host with a dot or a port, or 'localhost': registry.example.com, localhost:5000");
}

}  // namespace

std::string registry_name(const std::string& text) {
  std::string host = text;
  // What people paste from `docker login` and from browsers.
  for (const std::string_view scheme : {"https://", "http://", "docker://"}) {
    if (host.starts_with(scheme)) host.erase(0, scheme.size());
  }
  while (host.ends_with('/')) host.pop_back();
  if (host == "index.docker.io/v1") host = "docker.io";
  if (host.empty() || host.find('/') != std::string::npos) refuse(text);
  try {
    // Any repository will do: the grammar of hosts is part of that of references.
    const Reference reference = Reference::parse(host + "/x");
    if (reference.has_explicit_registry()) return reference.registry();
  } catch (const Error&) {
  }
  refuse(text);
}

}  // namespace sidecarctl
