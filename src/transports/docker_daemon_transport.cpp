// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"
#include "transports/engine_config.hpp"
#include "transports/engine_files.hpp"
#include "transports/engine_source.hpp"
#include "transports/transport.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"
#include "util/subprocess.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl {

namespace {

constexpr ApiVersion kPlatformOfExport{1, 48};  // `platform` of GET /images/{name}/get

/// What both halves of an engine's image share.
struct DockerImage {
  std::shared_ptr<EngineApi> api;
  EngineImage engine_image;
  std::string name;  ///< As the user gave it.
};

std::vector<std::string> all_names(const EngineApi& api) {
  std::vector<std::string> names;
  if (const auto list = api.get_json("/images/json")) {
    for (const JsonReader& image : JsonReader(*list, "the engine's list of images").array()) {
      for (std::string& tag : image.strings("RepoTags")) names.push_back(std::move(tag));
    }
  }
  return names;
}

[[noreturn]] void no_such_image(const EngineApi& api, const std::string& name) {
  const auto names = all_names(api);
  throw Error(ErrorKind::not_found,
              fmt::format("no image '{}' in Docker at {}{}", escape_text(name), api.shown(), did_you_mean(name, names)),
              "list what is there with 'docker images'");
}

/// Tries one endpoint after the other: the first that answers counts.
std::shared_ptr<EngineApi> connect(TransportContext& context) {
  const auto endpoints = docker_endpoints(context.docker_host, context.registry.environment);
  if (endpoints.empty()) {
    throw Error(ErrorKind::not_found,
                "no Docker engine: neither DOCKER_HOST nor a context names one, and there is no "
                "/var/run/docker.sock",
                "start Docker, or name its socket with --docker-host unix:///path/to/docker.sock");
  }
  for (std::size_t i = 0;; ++i) {
    try {
      return std::make_shared<EngineApi>(endpoints[i], "Docker", context.registry.make_transport);
    } catch (const Error&) {
      if (i + 1 == endpoints.size()) throw;
    }
  }
}

std::unique_ptr<ImageSource> export_image(const DockerImage& image, TransportContext& context, SourceInfo info,
                                          std::uint64_t size) {
  std::string path = "/images/" + percent_encode(image.name) + "/get";
  if (image.api->version() >= kPlatformOfExport) {
    path += "?platform=" + percent_encode(R"({"os":"linux","architecture":"amd64"})");
  }
  context.registry.events.status(
      fmt::format("waiting for Docker to export {}; it may write all of it to disk before it sends", image.name));
  const HttpResponse response = image.api->get(path);
  image.api->check(response, "exporting the image");
  const ArchiveContext archive_context{context.registry.events, context.registry.cancel};
  auto archive = open_archive(*response.body, info.target, size, archive_context);
  std::string prefix = info.target;
  return open_archive_image(std::move(archive), ImageSelector{{}, 0}, std::move(prefix), std::move(info),
                            archive_context);
}

std::optional<EngineView> view_image(const DockerImage& image) {
  // The engine lays volumes over an image's folders; then only the layers tell the truth.
  if (!image.engine_image.config.volumes.empty()) return std::nullopt;
  const auto id = Digest::try_parse(image.engine_image.id);
  if (!id) return std::nullopt;
  return EngineView{image.engine_image.config, *id, image.engine_image.layer_sizes,
                    std::make_unique<EngineFiles>(image.api, image.engine_image.id)};
}

SourceInfo describe(const DockerImage& image) {
  SourceInfo info;
  info.transport = "docker-daemon";
  info.target = "docker-daemon:" + image.name;
  info.uncompressed_layers_are_normal = true;
  const std::string& id = image.engine_image.id;
  const bool by_id = id.starts_with(image.name) || id.starts_with("sha256:" + image.name);
  if (!by_id) {
    info.name = image.name;
    try {
      const Reference reference = Reference::parse(image.name);
      info.tag = reference.tag();
      if (reference.digest()) info.digest = reference.digest()->str();
    } catch (const ParseError&) {
      // SDC306 says what is wrong with the name.
    }
  }
  for (const std::string& name : image.engine_image.names) {
    if (by_id || !is_same_engine_name(name, image.name)) info.other_names.push_back(name);
  }
  return info;
}

/// Docker over ssh speaks through its command line only.
std::unique_ptr<ImageSource> open_by_command(const std::string& host, const std::string& name,
                                             TransportContext& context) {
  SourceInfo info;
  info.transport = "docker-daemon";
  info.target = "docker-daemon:" + name;
  info.name = name;
  info.tag = Reference::parse(name).tag();
  info.uncompressed_layers_are_normal = true;
  return std::make_unique<ExportedSource>(
      info,
      [host, name, info, &context] {
        context.registry.events.status(fmt::format("exporting {} by 'docker --host {} save'", name, host));
        const auto output = open_command_output({"docker", "--host", host, "save", name}, context.registry.cancel);
        const ArchiveContext archive_context{context.registry.events, context.registry.cancel};
        return open_archive_image(open_archive(*output, info.target, 0, archive_context), ImageSelector{{}, 0},
                                  info.target, info, archive_context);
      },
      ExportedSource::View{});
}

std::unique_ptr<ImageSource> open(std::string_view location, TransportContext& context) {
  const std::string name(location);
  if (name.empty()) throw Error(ErrorKind::usage, "docker-daemon: needs the name of an image behind it");
  if (name.front() == '-') throw Error(ErrorKind::usage, fmt::format("'{}' is not the name of an image", name));
  const auto endpoints = docker_endpoints(context.docker_host, context.registry.environment);
  if (!endpoints.empty() && endpoints.front().base_url.empty()) {
    return open_by_command(endpoints.front().shown, name, context);
  }
  auto image = std::make_shared<DockerImage>();
  image->api = connect(context);
  image->name = name;
  const std::string path = "/images/" + percent_encode(name);
  const auto inspect = image->api->get_json(path + "/json");
  if (!inspect) no_such_image(*image->api, name);
  const auto history = image->api->get_json(path + "/history");
  image->engine_image = read_engine_image(*inspect, history.value_or(Json::array()));
  const auto size = inspect->find("Size");
  const std::uint64_t bytes = size != inspect->end() && size->is_number_unsigned() ? size->get<std::uint64_t>() : 0;
  SourceInfo info = describe(*image);
  return std::make_unique<ExportedSource>(
      info, [image, info, bytes, &context] { return export_image(*image, context, info, bytes); },
      [image] { return view_image(*image); });
}

}  // namespace

extern constinit const TransportInfo docker_daemon_transport{"docker-daemon", "", "docker-daemon:NAME",
                                                             "an image in the Docker Engine, through its socket", open};

}  // namespace sidecarctl
