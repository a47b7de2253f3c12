// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "commands/deadline.hpp"
#include "commands/push_access.hpp"
#include "commands/push_gate.hpp"
#include "commands/push_json.hpp"
#include "commands/registry_flags.hpp"
#include "commands/warning_recorder.hpp"
#include "image/manifest_memory.hpp"
#include "registry/push.hpp"
#include "registry/push_destination.hpp"
#include "util/file.hpp"
#include "util/strings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <ostream>

namespace sidecarctl {

namespace {

constexpr unsigned kMaxJobs = 16;

class PushCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("IMAGE", image_, "Image to push, wherever it is (default: the image of sidecar.toml)");
    app.add_option("DEST", destination_, "Where to: HOST/REPOSITORY[:TAG][@DIGEST] (default: the image's own name)");
    app.add_option("--tag", tags_, "Further tag to set")->type_name("TAG");
    app.add_option("--registry", registry_, "Registry of names that have none")->type_name("HOST");
    declare_format(app);
    declare_safety(app);
    app.add_option("--jobs", jobs_, "Layers under way at once")->check(CLI::Range(1U, kMaxJobs))->type_name("N");
    app.add_flag("--dry-run", dry_run_, "Send nothing, and tell what would be sent");
    app.add_flag("--explain-auth", explain_auth_, "Tell where the credentials are from");
    app.add_option("--digest-file", digest_file_, "Write the digest there after success")->type_name("FILE");
    app.add_option("--format", format_, "Output format")->check(CLI::IsMember({"text", "json"}));
    flags_.declare(app);
    flags_.declare_connection(app);
  }

  ExitCode run(Env& env) override {
    WarningRecorder events(env.console);
    try {
      return push(env, events);
    } catch (const GateRefusal& refusal) {
      if (!prints_json()) throw;
      env.console.error(refusal);
      print(env, refusal_document(refusal, refusal.report()));
      return ExitCode::no;
    }
  }

  bool prints_json() const override { return format_ == "json"; }

 private:
  void declare_format(CLI::App& app) {
    app.add_option("--manifest", manifest_, "Manifest to push; keep: the stored one, if no layer has to be compressed")
        ->check(CLI::IsMember({"keep", "oci", "docker"}));
    app.add_option("--compression", compression_, "Of layers that are stored uncompressed")
        ->check(CLI::IsMember({"gzip", "zstd"}));
    app.add_option("--compression-level", level_, "gzip: 0 to 3, zstd: 1 to 19 (default: 1, 3)")->type_name("N");
  }

  void declare_safety(CLI::App& app) {
    app.add_flag("--allow-latest", allow_latest_, "Push the tag 'latest', which Foundry does not run");
    app.add_flag("--no-clobber", no_clobber_, "Leave tags alone that exist with another digest");
    app.add_option("--expect-previous", expect_previous_, "Push only if the first tag points there now")
        ->type_name("DIGEST");
    app.add_flag("--no-verify", no_verify_, "Skip the lint rules, except that for linux/amd64");
    app.add_option("--profile", profile_, "Kind of sidecar that the lint rules assume")
        ->check(CLI::IsMember({"auto", "flags", "server", "byoc", "generic"}));
    app.add_option("--volume", volumes_, "Shared volume that the sidecar uses")->type_name("NAME");
  }

  ExitCode push(Env& env, WarningRecorder& events) {
    image_ = image_or_default(image_, env);
    check_digest_file();
    PushOptions options = push_options(env);
    std::optional<PushDestination> destination;
    if (destination_) destination = destination_of(std::nullopt);  // Before anything is opened: that may take long.
    check_source_name(destination.has_value());
    const ImageAccess access(env, flags_);
    Deadline deadline(env.cancel, access.registry.options.timeout);
    return deadline.run([&] {
      std::optional<std::string> registry;
      if (destination) registry = destination->reference.registry();
      RegistryContext context = context_with(
          access.registry, options_for_source(access.registry.options, image_, registry), events, deadline.token());
      TransportContext transport{context, flags_.docker_host()};
      auto source = remember_manifests(open_source(image_, transport));
      if (!destination) destination = destination_of(source->info());
      pass_gate(*source, *destination, gate_options(env), events);
      const Image image = Image::open(std::move(source), linux_amd64());
      note_what_stays(env, image);
      const RegistryContext target = context_with(access.registry, access.registry.options, events, deadline.token());
      options.destination = destination->reference;
      options.tags = destination->tags;
      return send(env, image, options, target, events);
    });
  }

  ExitCode send(Env& env, const Image& image, const PushOptions& options, const RegistryContext& context,
                const WarningRecorder& events) const {
    const auto client = connect_registry(options.destination.registry(), context);
    if (explain_auth_) explain_auth(env, *client, options.destination, image);
    context.events.status(fmt::format("pushing {} to {}", image.info().target, options.destination.str()));
    const PushReport report = push_image(image, *client, options, context.events, context.cancel);
    return finish(env, report, {options.destination, image.info(), client->auth_source(), events.warnings()});
  }

  /// Credentials are looked for when the registry asks for some, so it is asked a small question first.
  static void explain_auth(Env& env, RegistryClient& client, const Reference& destination, const Image& image) {
    const auto tell = [&] {
      env.console.status(fmt::format("credentials for {}: {}", client.registry(), client.auth_source()));
    };
    try {
      client.has_blob(destination.repository(), image.manifest().config.digest);
    } catch (const Error&) {
      tell();
      throw;
    }
    tell();
  }

  PushOptions push_options(Env& env) const {
    using Format = PushOptions::ManifestFormat;
    PushOptions options;
    const auto method = compression_ == "zstd" ? LayerCompressor::Method::zstd : LayerCompressor::Method::gzip;
    options.compressor = LayerCompressor(method, level_);
    options.manifest = manifest_ == "oci" ? Format::oci : manifest_ == "docker" ? Format::docker : Format::keep;
    options.jobs = jobs_;
    options.no_clobber = no_clobber_;
    options.dry_run = dry_run_;
    options.cache = cache_directory(env.environment);
    if (!expect_previous_) return options;
    options.expect_previous = Digest::try_parse(*expect_previous_);
    if (!options.expect_previous) {
      throw Error(ErrorKind::usage, fmt::format("--expect-previous: '{}' is not a digest", *expect_previous_),
                  "a digest is 'sha256:' and 64 digits or small letters from a to f");
    }
    return options;
  }

  GateOptions gate_options(Env& env) const {
    GateOptions options;
    options.platform_only = no_verify_;
    options.allow_latest = allow_latest_;
    options.volumes = volumes_;
    options.cache = cache_directory(env.environment);
    for (const auto name :
         {lint::ProfileName::flags, lint::ProfileName::server, lint::ProfileName::byoc, lint::ProfileName::generic}) {
      if (profile_ == lint::to_string(name)) options.profile = name;
    }
    return options;
  }

  PushDestination destination_of(const std::optional<SourceInfo>& source) const {
    DestinationRequest request{destination_, registry_, tags_, std::nullopt, allow_latest_};
    if (source && source->transport == "registry") {
      throw Error(ErrorKind::usage, fmt::format("{} is in a registry already: say where it goes", source->target),
                  "sidecarctl push IMAGE registry.example.com/team/app:1.0");
    }
    if (source) request.image_name = source->name;
    return resolve_destination(request);
  }

  void check_source_name(bool has_destination) const {
    if (image_ == "-" && flags_.reads_stdin()) {
      throw Error(ErrorKind::usage, "stdin cannot be both the image and the password",
                  "use --token-file or 'sidecarctl login'");
    }
    if (image_ == "-" && !has_destination) {
      throw Error(ErrorKind::usage, "an image from stdin needs a destination",
                  "sidecarctl push - registry.example.com/team/app:1.0");
    }
  }

  static void note_what_stays(Env& env, const Image& image) {
    const std::size_t entries = image.resolution().entries.size();
    if (entries > 1) {
      env.console.note(fmt::format("the image is one of {} in its index: only linux/amd64 is pushed", entries));
    }
  }

  ExitCode finish(Env& env, const PushReport& report, const PushCircumstances& circumstances) const {
    for (const std::string& tag : report.tags) {
      const std::string name = circumstances.destination.with_tag(tag).str();
      env.console.status(fmt::format("{} {}",
                                     report.already_there ? "already there:"
                                     : dry_run_           ? "would tag"
                                                          : "tagged",
                                     name));
    }
    const std::string result = fmt::format("{}@{}", circumstances.destination.name(), report.digest.str());
    if (prints_json()) print(env, push_document(report, circumstances));
    if (!report.failed_tags.empty()) {
      env.console.error(tag_error(report.failed_tags));
      return ExitCode::failed;
    }
    if (!prints_json()) {
      tell_totals(env, report);
      env.console.out() << result << "\n";
    }
    // The exit code will say that stdout failed (main.cpp); that the image is there all the same, only we know.
    env.console.out().flush();
    if (!env.console.out() && !dry_run_) env.console.warning(fmt::format("stdout is gone, but {} was pushed", result));
    if (digest_file_ && !dry_run_) write_file_atomically(*digest_file_, report.digest.str() + "\n");
    return ExitCode::done;
  }

  /// Where nothing can be written is found out before the first byte leaves.
  void check_digest_file() const {
    if (!digest_file_) return;
    const auto folder = std::filesystem::path(*digest_file_).parent_path();
    if (folder.empty() || std::filesystem::is_directory(folder)) return;
    throw Error(ErrorKind::io, fmt::format("--digest-file: there is no folder '{}'", folder.string()));
  }

  void tell_totals(Env& env, const PushReport& report) const {
    std::uint64_t sent = report.config.bytes_sent;
    std::uint64_t would_send = report.config.action == "would-upload" ? report.config.size : 0;
    for (const PushedLayer& layer : report.layers) {
      sent += layer.bytes_sent;
      if (layer.action == "would-upload") would_send += layer.size;
    }
    const double seconds = static_cast<double>(report.milliseconds) / 1000;
    env.console.status(dry_run_ ? fmt::format("{} would be sent", human_size(would_send))
                                : fmt::format("{} sent in {:.1f} s", human_size(sent), seconds));
  }

  static void print(Env& env, const OrderedJson& document) { env.console.out() << dump_json_pretty(document) << "\n"; }

  std::string image_, manifest_ = "keep", compression_ = "gzip", format_ = "text", profile_ = "auto";
  std::optional<std::string> destination_, registry_, expect_previous_, digest_file_;
  std::vector<std::string> tags_, volumes_;
  std::optional<int> level_;
  unsigned jobs_ = 4;
  bool allow_latest_ = false, no_clobber_ = false, no_verify_ = false, dry_run_ = false, explain_auth_ = false;
  RegistryFlags flags_;
};

}  // namespace

extern constinit const CommandInfo push_command{
    "push", "Registries", "Bring an image to a registry, if it is one that Foundry runs",
    "sidecarctl push app:1.0 registry.example.com/team/app:1.0\n"
    "sidecarctl push docker-archive:app.tar registry.example.com/team/app:1.0 --tag 1.0.3\n"
    "sidecarctl push oci:out localhost:5000/app:1.0 --dry-run\n",
    [] { return std::unique_ptr<Command>(std::make_unique<PushCommand>()); }};

}  // namespace sidecarctl
