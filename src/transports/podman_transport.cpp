// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"
#include "transports/engine_api.hpp"
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

/// One way to podman: its service's socket or its command line.
class Podman {
 public:
  virtual ~Podman() = default;
  /// `podman image inspect`; nullopt when there is no such image.
  virtual std::optional<Json> inspect(const std::string& name) = 0;
  virtual std::vector<std::string> names() = 0;
  /// The archive of `podman save`.
  virtual std::unique_ptr<ByteSource> save(const std::string& name, const std::string& format) = 0;
};

std::vector<std::string> names_of(const Json& list) {
  std::vector<std::string> result;
  for (const JsonReader& image : JsonReader(list, "podman's list of images").array()) {
    for (const char* key : {"RepoTags", "Names"}) {
      for (std::string& name : image.strings(key)) result.push_back(std::move(name));
    }
  }
  return result;
}

class PodmanService final : public Podman {
 public:
  PodmanService(const EngineEndpoint& endpoint, const EngineApi::TransportFactory& make)
      : api_(endpoint, "podman", make) {
    if (!api_.is_podman()) throw Error(ErrorKind::tool, fmt::format("{} is not podman", endpoint.shown));
  }
  std::optional<Json> inspect(const std::string& name) override {
    return api_.get_json("/libpod/images/" + percent_encode(name) + "/json");
  }
  std::vector<std::string> names() override {
    return names_of(api_.get_json("/libpod/images/json").value_or(Json::array()));
  }
  std::unique_ptr<ByteSource> save(const std::string& name, const std::string& format) override {
    HttpResponse response = api_.get("/libpod/images/" + percent_encode(name) + "/get?format=" + format);
    api_.check(response, "exporting the image");
    return std::move(response.body);
  }

 private:
  EngineApi api_;
};

class PodmanCommand final : public Podman {
 public:
  explicit PodmanCommand(const CancelToken& cancel) : cancel_(cancel) {}
  std::optional<Json> inspect(const std::string& name) override {
    const CommandResult result = run({"podman", "image", "inspect", "--", name});
    if (result.exit_code != 0) {
      const CommandResult exists = run({"podman", "image", "exists", "--", name});
      if (exists.exit_code == 1) return std::nullopt;
      fail(result, "podman image inspect");
    }
    Json list = parse_json(result.output, "the answer of podman");
    if (!list.is_array() || list.empty()) return std::nullopt;
    return list.front();
  }
  std::vector<std::string> names() override {
    const CommandResult result = run({"podman", "images", "--format", "json"});
    if (result.exit_code != 0 || trim(result.output).empty()) return {};
    return names_of(parse_json(result.output, "the answer of podman"));
  }
  std::unique_ptr<ByteSource> save(const std::string& name, const std::string& format) override {
    return open_command_output({"podman", "save", "--format", format, "--", name}, cancel_);
  }

 private:
  CommandResult run(std::vector<std::string> argv) const {
    CommandLine command;
    command.argv = std::move(argv);
    command.time_limit = std::chrono::seconds(60);  // The storage may be locked by another podman for a while.
    command.output_limit = 16ULL * 1024 * 1024;
    return run_command(command, cancel_);
  }
  [[noreturn]] static void fail(const CommandResult& result, std::string_view what) {
    throw Error(ErrorKind::tool, fmt::format("'{}' failed with status {}: {}", what, result.exit_code,
                                             shorten(trim(result.error_output), 500)));
  }

  const CancelToken& cancel_;
};

std::shared_ptr<Podman> connect(TransportContext& context) {
  std::optional<Error> why;
  for (const EngineEndpoint& endpoint : podman_endpoints(context.registry.environment)) {
    if (endpoint.base_url.empty()) continue;  // ssh: the command knows how.
    try {
      return std::make_shared<PodmanService>(endpoint, context.registry.make_transport);
    } catch (const Error& error) {
      why = error;  // A socket of a service that has ended is normal: systemd would start it.
    }
  }
  if (has_program("podman")) return std::make_shared<PodmanCommand>(context.registry.cancel);
  if (why) throw Error(*why);
  throw Error(ErrorKind::not_found, "no podman: there is neither its socket nor the program",
              "install podman, or use another place of the image");
}

/// Docker's manifests have fields that an OCI config has not (HEALTHCHECK, SHELL, ONBUILD), so each kind is saved as
/// what it is.
std::string save_format(const Json& inspect) {
  const std::string type = JsonReader(inspect, "the answer of podman").string_or("ManifestType", "");
  return type.find("docker") != std::string::npos ? "docker-archive" : "oci-archive";
}

SourceInfo describe(const std::string& name, const Json& inspect) {
  const JsonReader json(inspect, "the answer of podman");
  SourceInfo info;
  info.transport = "podman";
  info.target = "podman:" + name;
  info.uncompressed_layers_are_normal = true;
  const bool by_id = json.string_or("Id", "").starts_with(name);
  if (!by_id) {
    const Reference reference = Reference::parse(name);
    info.name = name;
    info.tag = reference.tag();
    if (reference.digest()) info.digest = reference.digest()->str();
  }
  for (std::string& other : json.strings("RepoTags")) {
    // podman gives names without a host the host "localhost".
    const bool same = !by_id && (is_same_engine_name(other, name) || is_same_engine_name(other, "localhost/" + name));
    if (!same) info.other_names.push_back(std::move(other));
  }
  return info;
}

std::unique_ptr<ImageSource> open(std::string_view location, TransportContext& context) {
  const std::string name(location);
  if (name.empty()) throw Error(ErrorKind::usage, "podman: needs the name of an image behind it");
  const auto podman = connect(context);
  const auto inspect = podman->inspect(name);
  if (!inspect) {
    throw Error(ErrorKind::not_found,
                fmt::format("no image '{}' in podman{}", escape_text(name), did_you_mean(name, podman->names())),
                "list what is there with 'podman images'");
  }
  SourceInfo info = describe(name, *inspect);
  const std::string format = save_format(*inspect);
  const auto size = inspect->find("Size");
  const std::uint64_t bytes = size != inspect->end() && size->is_number_unsigned() ? size->get<std::uint64_t>() : 0;
  return std::make_unique<ExportedSource>(
      info,
      [podman, info, name, format, bytes, &context] {
        context.registry.events.status(fmt::format("exporting {} from podman", name));
        const auto output = podman->save(name, format);
        const ArchiveContext archive_context{context.registry.events, context.registry.cancel};
        auto archive = open_archive(*output, info.target, bytes, archive_context);
        return open_archive_image(std::move(archive), ImageSelector{{}, 0}, info.target, info, archive_context);
      },
      ExportedSource::View{},
      // Saving makes a manifest of the uncompressed layers: no registry has ever seen its digest.
      JsonReader(*inspect, "the answer of podman").string_or("Digest", ""));
}

}  // namespace

extern constinit const TransportInfo podman_transport{"podman", "containers-storage", "podman:NAME",
                                                      "an image in podman, through its socket or command", open};

}  // namespace sidecarctl
