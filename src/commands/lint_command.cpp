// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "commands/registry_flags.hpp"
#include "commands/report_outputs.hpp"
#include "lint/profile.hpp"
#include "lint/selection.hpp"
#include "util/strings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace sidecarctl {

namespace {

using lint::TargetReport;

class LintCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("TARGET", targets_,
                   "Image to lint: TRANSPORT:LOCATION, a path, NAME:TAG, or - for an archive on stdin (default: the "
                   "image of sidecar.toml)");
    declare_rules(app);
    declare_output(app);
    flags_.declare(app);
  }

  ExitCode run(Env& env) override {
    if (targets_.empty()) targets_.push_back(image_or_default("", env));
    check_targets();
    const lint::LintOptions options = lint_options(env);
    const std::vector<ReportOutput> outputs = parse_report_outputs(outputs_);
    const ImageAccess access(env, flags_);
    std::vector<TargetReport> reports;
    for (const std::string& target : targets_) {
      env.cancel.check();
      reports.push_back(lint_target(target, options, access));
    }
    print(env, reports);
    const bool written = write_files(env, reports, outputs);
    return written ? static_cast<ExitCode>(lint::lint_exit_code(reports, fail_on())) : ExitCode::failed;
  }

  bool prints_json() const override { return format_ == "json"; }

 private:
  void declare_rules(CLI::App& app) {
    app.add_option("--profile", profile_, "Kind of sidecar; auto tells it from the image")
        ->check(CLI::IsMember({"auto", "flags", "server", "byoc", "generic"}));
    app.add_option("--volume", volumes_, "Shared volume that the sidecar uses")->type_name("NAME");
    app.add_flag("--telemetry", telemetry_, "Foundry's telemetry is used: a missing shell or tee is an error");
    app.add_option("--fail-on", fail_on_, "Lowest severity that makes the exit code 1")
        ->check(CLI::IsMember({"error", "warning", "info", "never"}));
    app.add_option("--only", only_, "Run this rule and no other")->type_name("ID");
    app.add_option("--ignore", ignore_, "Do not count this rule's findings; say why")->type_name("ID[=REASON]");
    app.add_option("--severity", severity_, "error, warning or info for this rule")->type_name("ID=LEVEL");
  }

  void declare_output(CLI::App& app) {
    app.add_option("--format", format_, "Format of the report on stdout")->check(CLI::IsMember(lint_formats()));
    app.add_option("--output", outputs_, "Write the report to a file as well")->type_name("FORMAT=PATH");
    app.add_flag("--stats", stats_, "Tell how much was read");
    app.add_flag("--no-cache", no_cache_, "Do not keep what was learned about layers, nor use it");
  }

  void check_targets() const {
    const auto from_stdin = std::count_if(targets_.begin(), targets_.end(), [](const std::string& target) {
      return target == "-" || target.starts_with("-:");
    });
    if (from_stdin > 1) throw Error(ErrorKind::usage, "stdin holds one archive, but '-' is given twice");
    if (from_stdin > 0 && flags_.reads_stdin()) {
      throw Error(ErrorKind::usage, "stdin cannot be both the image and the password",
                  "use --token-file, or store the credentials with 'sidecarctl login'");
    }
  }

  lint::LintOptions lint_options(const Env& env) const {
    lint::LintOptions options;
    options.settings.telemetry = telemetry_;
    for (const std::string& volume : volumes_) {
      std::string name = lint::parse_volume_name(volume);
      auto& names = options.settings.configured_volumes;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    options.profile = lint::parse_profile(profile_);
    options.rules = lint::parse_selection({only_, ignore_, severity_});
    if (!no_cache_) options.layers.cache = cache_directory(env.environment);
    return options;
  }

  std::optional<lint::Severity> fail_on() const { return lint::parse_severity(fail_on_); }

  /// Never throws but for an interruption: one target that fails stands beside the others.
  TargetReport lint_target(const std::string& target, const lint::LintOptions& options,
                           const ImageAccess& access) const {
    try {
      refuse_dockerfile(target);
      TransportContext context = access.transport;
      const std::unique_ptr<ImageSource> source = open_source(target, context);
      return lint::lint_image(*source, target, options);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      TargetReport report;
      report.target = target;
      report.error = error;
      return report;
    }
  }

  static void refuse_dockerfile(const std::string& target) {
    const PathKind kind = look_at_path(target);
    if (kind != PathKind::dockerfile && kind != PathKind::folder_with_dockerfile) return;
    throw Error(ErrorKind::usage,
                fmt::format("'{}' is a {}: this version of sidecarctl lints images, not Dockerfiles", target,
                            kind == PathKind::dockerfile ? "Dockerfile" : "folder with a Dockerfile"),
                "build the image, then lint it by its name: sidecarctl lint NAME:TAG");
  }

  void print(Env& env, const std::vector<TargetReport>& reports) const {
    for (const TargetReport& report : reports) {
      if (report.error) env.console.error(*report.error);
    }
    // The message on stderr is all there is to say of one target that failed.
    const bool says_more = reports.size() > 1 || !reports[0].error || prints_json();
    const ReportStyle style{env.console.out_color(), env.console.verbose() > 0, stats_};
    if (says_more) find_lint_writer(format_)(env.console.out(), reports, style);
  }

  /// A file that cannot be written takes nothing from the report on stdout, where there is one document already.
  bool write_files(Env& env, const std::vector<TargetReport>& reports, const std::vector<ReportOutput>& outputs) const {
    try {
      write_report_outputs(outputs, reports, ReportStyle{false, env.console.verbose() > 0, stats_});
      return true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      env.console.error(error);
      return false;
    }
  }

  std::vector<std::string> targets_, volumes_, only_, ignore_, severity_, outputs_;
  std::string profile_ = "auto", fail_on_ = "error", format_ = "text";
  bool telemetry_ = false, stats_ = false, no_cache_ = false;
  RegistryFlags flags_;
};

}  // namespace

extern constinit const CommandInfo lint_command{
    "lint", "Images", "Tell whether an image will run as a Foundry sidecar, and what to change",
    "sidecarctl lint registry.example/app:1.0\n"
    "sidecarctl lint docker-archive:app.tar oci:out:app\n"
    "sidecarctl lint app:1.0 --volume shared --ignore SDC106='not for byoc'\n"
    "sidecarctl lint app:1.0 --format json --fail-on warning\n",
    [] { return std::unique_ptr<Command>(std::make_unique<LintCommand>()); }};

}  // namespace sidecarctl
