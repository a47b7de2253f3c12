// SPDX-License-Identifier: Apache-2.0
#include "transports/open_source.hpp"

#include "image/reference.hpp"
#include "transports/archive.hpp"
#include "transports/docker_archive.hpp"
#include "transports/image_choice.hpp"
#include "transports/transport.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace sidecarctl {

namespace {

constexpr std::string_view kRegistryScheme = "docker";

std::string shown(std::string_view name) {
  return shorten(escape_text(name), 300);
}

const TransportInfo* find_transport(TransportTable table, std::string_view scheme) {
  for (const TransportInfo* transport : table) {
    if (transport->scheme == scheme || (!transport->alias.empty() && transport->alias == scheme)) return transport;
  }
  return nullptr;
}

std::vector<std::string> known_schemes(TransportTable table) {
  std::vector<std::string> names;
  for (const TransportInfo* transport : table) {
    names.emplace_back(transport->scheme);
    if (!transport->alias.empty()) names.emplace_back(transport->alias);
  }
  return names;
}

/// The letters before the first colon, if a scheme could be spelled so.
std::string_view scheme_part(std::string_view name) {
  const std::string_view scheme = name.substr(0, name.find(':'));
  const bool fits = scheme.size() < name.size() && !scheme.empty() &&
                    std::all_of(scheme.begin(), scheme.end(),
                                [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return fits ? scheme : std::string_view{};
}

std::string syntax_hint(TransportTable table) {
  std::vector<std::string> lines;
  for (const TransportInfo* transport : table) lines.emplace_back(transport->syntax);
  return "images are named " + join(lines, ", ") + ", an existing path, or NAME:TAG";
}

[[noreturn]] void fail_scheme(TransportTable table, std::string_view scheme, const std::string& name) {
  throw Error(ErrorKind::usage,
              fmt::format("unknown transport '{}' in '{}'{}", shown(scheme), shown(name),
                          did_you_mean(scheme, known_schemes(table))),
              syntax_hint(table));
}

/// "docker:27" is the image `docker` with a tag: the registry's scheme has two slashes.
std::unique_ptr<ImageSource> open_by_scheme(TransportTable table, const std::string& name, TransportContext& context) {
  const std::string_view scheme = scheme_part(name);
  const TransportInfo* transport = scheme.empty() ? nullptr : find_transport(table, scheme);
  if (transport == nullptr) return nullptr;
  std::string_view location = std::string_view(name).substr(scheme.size() + 1);
  const bool has_slashes = location.starts_with("//");
  if (transport->scheme == kRegistryScheme) {
    if (scheme == kRegistryScheme && !has_slashes) return nullptr;
    if (has_slashes) location.remove_prefix(2);
  }
  if (location.empty())
    throw Error(ErrorKind::usage, fmt::format("'{}' names no image", shown(name)), syntax_hint(table));
  return transport->open(location, context);
}

[[noreturn]] void fail_dockerfile(const std::string& path, bool folder) {
  throw Error(
      ErrorKind::usage,
      fmt::format("'{}' is a {}, not an image", shown(path), folder ? "folder with a Dockerfile" : "Dockerfile"),
      "build it first, then name the image: NAME:TAG");
}

/// Both kinds of archive; which one is told by what is in it.
std::unique_ptr<ImageSource> open_any_archive(const std::string& path, const ImageSelector& selector,
                                              const std::string& target, TransportContext& context) {
  const ArchiveContext tools{context.registry.events, context.registry.cancel};
  auto archive = open_archive(path, tools);
  if (!archive->has_docker_manifest() && !archive->has_layout()) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} is no image archive: it has neither manifest.json nor index.json", archive->where()));
  }
  SourceInfo info;
  info.transport = archive->has_docker_manifest() ? "docker-archive" : "oci-archive";
  info.target = target;
  info.uncompressed_layers_are_normal = archive->has_docker_manifest();
  const std::string prefix = info.transport + ":" + path;
  return open_archive_image(std::move(archive), selector, prefix, std::move(info), tools);
}

std::unique_ptr<ImageSource> open_path(TransportTable table, const std::string& path, const ImageSelector& selector,
                                       const std::string& name, TransportContext& context) {
  switch (look_at_path(path)) {
    case PathKind::dockerfile: fail_dockerfile(path, false);
    case PathKind::folder_with_dockerfile: fail_dockerfile(path, true);
    case PathKind::oci_layout: {
      const TransportInfo* transport = find_transport(table, "oci");
      return transport->open(name, context);
    }
    case PathKind::oci_archive:
    case PathKind::docker_archive: return open_any_archive(path, selector, name, context);
    case PathKind::absent: throw Error(ErrorKind::not_found, fmt::format("'{}' is not there", shown(path)));
    case PathKind::other: break;
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorKind::not_found,
                fmt::format("'{}' is a folder without an OCI layout or a Dockerfile", shown(path)));
  }
  // A FIFO may hold an archive. Of a file the opening tells what it is instead.
  return open_any_archive(path, selector, name, context);
}

/// "./app.tar", "app.tar:@1", "out:app:1": no name of an image, and a path, or the beginning is one that exists.
bool is_path_spelling(const std::string& name) {
  if (name.starts_with('/') || name.starts_with('.')) return true;
  std::error_code ignored;
  return !Reference::try_parse(name) && std::filesystem::exists(parse_location(name).path, ignored);
}

/// What a place answered when it was asked for a bare name.
struct Answer {
  std::string place, text;
};

std::unique_ptr<ImageSource> ask(TransportTable table, std::string_view scheme, const std::string& name,
                                 TransportContext& context, std::vector<Answer>& answers) {
  const TransportInfo* transport = find_transport(table, scheme);
  if (transport == nullptr) return nullptr;
  const std::string place(scheme == kRegistryScheme ? "registry" : scheme);
  try {
    auto source = transport->open(name, context);
    context.registry.events.status(fmt::format("using {} from {}", name, place));
    return source;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage || error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::config)
      throw;
    answers.push_back({place, std::string(error.message())});
    return nullptr;
  }
}

[[noreturn]] void fail_nowhere(TransportTable table, const std::string& name, const Reference& reference,
                               const std::vector<Answer>& answers) {
  std::vector<std::string> places;
  for (const Answer& answer : answers) places.push_back(answer.place);
  Error error(ErrorKind::not_found, fmt::format("no image '{}' in {}", shown(name), join(places, ", ")));
  for (const Answer& answer : answers) error.add_context(fmt::format("{}: {}", answer.place, answer.text));
  const std::string_view scheme = scheme_part(name);
  const auto meant = scheme.empty() ? std::nullopt : nearest(scheme, known_schemes(table));
  const std::string path = parse_location(name).path;
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    error.set_hint(fmt::format("'{}' is a path: for an image in it write './{}'", shown(path), shown(name)));
  } else if (meant) {
    error.set_hint(
        fmt::format("did you mean '{}:{}'?", *meant, shown(std::string_view(name).substr(scheme.size() + 1))));
  } else if (!reference.has_explicit_registry()) {
    error.set_hint(fmt::format("a registry is only asked when it is named: docker://{}", shown(reference.str())));
  }
  throw error;
}

std::unique_ptr<ImageSource> open_bare_name(TransportTable table, const std::string& name, TransportContext& context) {
  const Reference reference = Reference::parse(name);
  std::vector<Answer> answers;
  if (auto source = ask(table, "docker-daemon", name, context, answers)) return source;
  if (auto source = ask(table, "podman", name, context, answers)) return source;
  if (reference.has_explicit_registry()) {
    if (auto source = ask(table, kRegistryScheme, name, context, answers)) return source;
  }
  fail_nowhere(table, name, reference, answers);
}

/// A colon after a word, and no name of an image: a scheme that we do not know.
void check_unknown_scheme(TransportTable table, const std::string& name) {
  const std::string_view scheme = scheme_part(name);
  if (scheme.empty()) return;
  const std::string rest = name.substr(scheme.size() + 1);
  std::error_code ignored;
  const bool rest_is_path = rest.starts_with('/') || rest.starts_with('.') || rest.starts_with('-') ||
                            std::filesystem::exists(parse_location(rest.empty() ? "." : rest).path, ignored);
  // "localhost:5000/app" has a port there.
  const bool is_port = !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
  const bool near = nearest(scheme, known_schemes(table)).has_value();
  if (rest.starts_with('/') || (rest_is_path && !is_port && near)) fail_scheme(table, scheme, name);
}

}  // namespace

std::unique_ptr<ImageSource> open_source_among(TransportTable table, const std::string& name,
                                               TransportContext& context) {
  if (name.empty()) throw Error(ErrorKind::usage, "no image is named", syntax_hint(table));
  if (look_at_path(name) != PathKind::absent) return open_path(table, name, {}, name, context);
  if (name == "-" || name.starts_with("-:")) {
    return open_any_archive("-", parse_location(name).selector, name, context);
  }
  if (auto source = open_by_scheme(table, name, context)) return source;
  if (is_path_spelling(name)) {
    const ImageLocation place = parse_location(name);
    return open_path(table, place.path, place.selector, name, context);
  }
  check_unknown_scheme(table, name);
  return open_bare_name(table, name, context);
}

std::unique_ptr<ImageSource> open_source(const std::string& name, TransportContext& context) {
  return open_source_among(all_transports(), name, context);
}

}  // namespace sidecarctl
