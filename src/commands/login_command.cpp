// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "commands/deadline.hpp"
#include "commands/push_access.hpp"
#include "commands/registry_flags.hpp"
#include "commands/registry_name.hpp"
#include "commands/terminal_secret.hpp"
#include "registry/client.hpp"
#include "registry/credentials.hpp"
#include "registry/registry_access.hpp"
#include "util/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sidecarctl {

namespace {

/// How store_credential() names a place that is not the file itself.
constexpr std::string_view kHelperMark = "(helper '";

class LoginCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("REGISTRY", registry_, "Host of the registry, with its port if it has one")->required();
    flags_.declare_registry(app);
    flags_.declare_connection(app);
  }

  ExitCode run(Env& env) override {
    const std::string registry = registry_name(registry_);
    ImageAccess access(env, flags_, RegistryFlags::Use::login);
    RegistryOptions& options = access.registry.options;
    ask_what_is_missing(env, options);
    // The time that the user takes to type does not count.
    Deadline deadline(env.cancel, options.timeout);
    const Credential credential{options.username.value_or(""), options.password.value_or(""), "", "", ""};
    const std::string place = deadline.run([&] {
      check(registry, context_with(access.registry, options, env.console, deadline.token()));
      return store_credential(registry, credential, options, env.environment, deadline.token());
    });
    env.console.status(fmt::format("logged in to {} as {}; stored in {}", registry, credential.username, place));
    if (place.find(kHelperMark) == std::string::npos) {
      env.console.warning(
          fmt::format("the password is in {} as plain text; a credential helper keeps it safer", place));
    }
    return ExitCode::done;
  }

 private:
  void ask_what_is_missing(Env& env, RegistryOptions& options) const {
    if (!options.username) options.username = ask_line("Username: ", env.cancel);
    if (options.username->empty()) throw Error(ErrorKind::usage, "a user name is needed");
    // Docker's files have no place for a token of its own: it is stored as the password.
    if (options.token) options.password = std::exchange(options.token, std::nullopt);
    if (!options.password) options.password = ask_secret("Password: ", env.cancel);
    if (options.password->empty()) throw Error(ErrorKind::usage, "a password is needed");
  }

  /// Credentials that do not work are not stored.
  static void check(const std::string& registry, const RegistryContext& context) {
    try {
      connect_registry(registry, context)->ping();
    } catch (Error& error) {
      error.add_context(fmt::format("while logging in to {}", registry));
      if (error.kind() == ErrorKind::denied) error.set_hint("check user name and password; a token may have expired");
      throw;
    }
  }

  std::string registry_;
  RegistryFlags flags_;
};

}  // namespace

extern constinit const CommandInfo login_command{
    "login", "Registries", "Check credentials for a registry and store them as docker does",
    "sidecarctl login registry.example.com -u me\n"
    "printf '%s' \"$TOKEN\" | sidecarctl login registry.example.com -u me --password-stdin\n",
    [] { return std::unique_ptr<Command>(std::make_unique<LoginCommand>()); }};

}  // namespace sidecarctl
