// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "commands/registry_flags.hpp"
#include "commands/registry_name.hpp"
#include "registry/credentials.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

namespace sidecarctl {

namespace {

class LogoutCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("REGISTRY", registry_, "Host of the registry, with its port if it has one")->required();
    app.add_option("--authfile", authfile_, "Credentials (default: those of docker)")->type_name("FILE");
  }

  ExitCode run(Env& env) override {
    const std::string registry = registry_name(registry_);
    RegistryOptions options;
    if (authfile_) options.authfile = *authfile_;
    const bool was_there = erase_credential(registry, options, env.environment, env.cancel);
    env.console.status(was_there ? fmt::format("removed the credentials for {}", registry)
                                 : fmt::format("there were no credentials for {}", registry));
    return ExitCode::done;
  }

 private:
  std::string registry_;
  std::optional<std::string> authfile_;
};

}  // namespace

extern constinit const CommandInfo logout_command{
    "logout", "Registries", "Remove the stored credentials for a registry", "sidecarctl logout registry.example.com\n",
    [] { return std::unique_ptr<Command>(std::make_unique<LogoutCommand>()); }};

}  // namespace sidecarctl
