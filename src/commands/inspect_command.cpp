// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "commands/inspect_report.hpp"
#include "commands/masked_config.hpp"
#include "commands/registry_flags.hpp"
#include "transports/transport.hpp"
#include "util/strings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <ostream>

namespace sidecarctl {

namespace {

class InspectCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("IMAGE", image_, "Image in any place, an archive, a layout, or - for stdin");
    app.add_option("--format", format_, "Output format")->check(CLI::IsMember({"text", "json"}));
    app.add_flag("--raw", raw_, "Print the bytes of the manifest");
    app.add_flag("--config", config_, "Print the config, secrets hidden");
    app.add_flag("--no-files", no_files_, "Do not read layers: leaves out the shared-volume folders");
    registry_.declare(app);
  }

  ExitCode run(Env& env) override {
    if (raw_ && config_) throw Error(ErrorKind::usage, "--raw and --config exclude each other");
    const std::string name = image_or_default(image_, env);
    if (name == "-" && registry_.reads_stdin()) {
      throw Error(ErrorKind::usage, "stdin cannot be both the image and the password");
    }
    ImageAccess access(env, registry_);
    std::shared_ptr<ImageSource> source = open_source(name, access.transport);
    if (raw_ || config_) return print_bytes(std::move(source), env);
    const InspectReport report = inspect_image(std::move(source), {!no_files_, cache_directory(env.environment)});
    if (prints_json()) {
      env.console.out() << dump_json_pretty(inspect_document(report)) << "\n";
    } else {
      write_inspect_text(report, env.console.out());
    }
    return conclude(report, env);
  }

  bool prints_json() const override { return format_ == "json" && !raw_ && !config_; }

 private:
  /// What has a digest is printed byte for byte: `inspect --raw X | sha256sum`.
  ExitCode print_bytes(std::shared_ptr<ImageSource> source, Env& env) const {
    Resolution resolution = resolve_image(*source, linux_amd64());
    const bool is_image = resolution.outcome == Resolution::Outcome::image;
    if (raw_) {
      if (resolution.root.made_here) {
        env.console.note("the place has no manifest: this one is made of what it has, a push makes another");
      }
      write_bytes(is_image ? resolution.manifest.bytes : resolution.root.bytes, env.console);
      return ExitCode::done;
    }
    if (!is_image)
      throw Error(ErrorKind::policy,
                  fmt::format("{} has no image config: {}", source->info().target, resolution.reason));
    const MaskedConfig config = mask_config(Image(std::move(source), std::move(resolution)).raw_config());
    if (config.hidden > 0) {
      env.console.warning(fmt::format("{} hidden that may be secret: these are not the bytes of the config's digest",
                                      config.hidden == 1 ? "1 value is" : fmt::format("{} values are", config.hidden)));
    }
    write_bytes(config.text, env.console);
    return ExitCode::done;
  }

  static void write_bytes(const std::string& bytes, Console& console) {
    if (!console.out_is_terminal()) {
      console.out() << bytes;
      return;
    }
    for (const std::string& line : split(bytes, '\n')) console.out() << escape_text(line) << "\n";
  }

  static ExitCode conclude(const InspectReport& report, Env& env) {
    if (report.error) {
      env.console.error(*report.error);
      return exit_code_of(*report.error, env.cancel.signal());
    }
    return report.config && why_not_run(report).empty() ? ExitCode::done : ExitCode::no;
  }

  std::string image_, format_ = "text";
  bool raw_ = false, config_ = false, no_files_ = false;
  RegistryFlags registry_;
};

}  // namespace

extern constinit const CommandInfo inspect_command{
    "inspect", "Images", "Show what an image is: digest, user, command, environment, layers, volumes",
    "sidecarctl inspect app:1.0\n"
    "sidecarctl inspect docker://registry.example/app:1.0 --format json\n"
    "sidecarctl inspect oci:out:app --raw | sha256sum\n"
    "docker save app:1.0 | sidecarctl inspect -\n",
    [] { return std::unique_ptr<Command>(std::make_unique<InspectCommand>()); }};

}  // namespace sidecarctl
