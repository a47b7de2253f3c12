// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "util/json.hpp"
#include "util/version.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <ostream>

namespace sidecarctl {

namespace {

class VersionCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("--format", format_, "Output format")->check(CLI::IsMember({"text", "json"}));
  }

  ExitCode run(Env& env) override {
    if (!prints_json()) {
      env.console.out() << fmt::format("sidecarctl {} ({})\n", version(), commit());
      return ExitCode::done;
    }
    OrderedJson document;
    document["schema"] = "sidecarctl.version/v1";
    document["version"] = version();
    document["commit"] = commit();
    env.console.out() << dump_json_pretty(document) << "\n";
    return ExitCode::done;
  }

  bool prints_json() const override { return format_ == "json"; }
  bool reads_configuration() const override { return false; }

 private:
  std::string format_ = "text";
};

}  // namespace

extern constinit const CommandInfo version_command{
    "version", "Help", "Show the version and the commit it was built from",
    "sidecarctl version\n"
    "sidecarctl version --format json\n",
    [] { return std::unique_ptr<Command>(std::make_unique<VersionCommand>()); }};

}  // namespace sidecarctl
