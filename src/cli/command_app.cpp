// SPDX-License-Identifier: Apache-2.0
#include "cli/command_app.hpp"

#include "cli/command_model.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace sidecarctl {

namespace {

/// `names` without those that the app has already; empty if none is left.
std::string free_names(const CLI::App& app, std::initializer_list<const char*> names) {
  std::string free;
  for (const char* name : names) {
    if (app.get_option_no_throw(name) != nullptr) continue;
    if (!free.empty()) free += ',';
    free += name;
  }
  return free;
}

template <class Add>
void add_if_free(CLI::App& app, std::initializer_list<const char*> names, Add&& add) {
  const std::string free = free_names(app, names);
  // A command that took the long name keeps the short one free of another meaning, too.
  if (free.find("--") == std::string::npos) return;
  std::forward<Add>(add)(free)->group(kGlobalGroup);
}

constexpr std::initializer_list<const char*> kWhen = {"auto", "always", "never"};
constexpr std::initializer_list<const char*> kProgress = {"auto", "tty", "plain", "none"};

}  // namespace

void GlobalOptions::declare(CLI::App& app) {
  add_if_free(app, {"-v", "--verbose"}, [&](const std::string& names) {
    return app.add_flag(names, verbose, "Show what is done; twice: every request");
  });
  add_if_free(app, {"-q", "--quiet"}, [&](const std::string& names) {
    return app.add_flag(names, quiet, "No progress and notes; warnings and errors stay");
  });
  add_if_free(app, {"--config"}, [&](const std::string& names) {
    return app.add_option(names, config, "Configuration file (default: sidecar.toml, found upwards)")
        ->type_name("FILE");
  });
  add_if_free(app, {"--color"}, [&](const std::string& names) {
    return app.add_option(names, color, "Colour of the output")->check(CLI::IsMember(kWhen))->default_str("auto");
  });
  add_if_free(app, {"--progress"}, [&](const std::string& names) {
    return app.add_option(names, progress, "How transfers are shown")
        ->check(CLI::IsMember(kProgress))
        ->default_str("auto");
  });
  add_if_free(app, {"-h", "--help"},
              [&](const std::string& names) { return app.add_flag(names, help, "Show help, also of a command"); });
  add_if_free(app, {"--version"},
              [&](const std::string& names) { return app.add_flag(names, version, "Show the version"); });
  for (CLI::Option* option : app.get_options()) {
    if (option->get_group() == kGlobalGroup && option->get_items_expected_max() == 1) {
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
  }
}

void GlobalOptions::merge(const GlobalOptions& later) {
  verbose += later.verbose;
  quiet = quiet || later.quiet;
  if (later.color) color = later.color;
  if (later.progress) progress = later.progress;
  if (later.config) config = later.config;
  help = help || later.help;
  version = version || later.version;
}

ConsoleOptions GlobalOptions::console_options() const {
  using When = ConsoleOptions::When;
  using Progress = ConsoleOptions::Progress;
  ConsoleOptions options;
  options.color = color == "always" ? When::always : color == "never" ? When::never : When::automatic;
  options.progress = progress == "tty"     ? Progress::tty
                     : progress == "plain" ? Progress::plain
                     : progress == "none"  ? Progress::none
                                           : Progress::automatic;
  options.quiet = quiet;
  options.verbose = verbose;
  return options;
}

std::unique_ptr<CLI::App> make_command_app(const CommandInfo& info, Command& command) {
  auto app = std::make_unique<CLI::App>(std::string(info.summary), std::string(info.name));
  app->set_help_flag();
  app->allow_extras();
  app->option_defaults()->always_capture_default();
  command.declare(*app);
  for (CLI::Option* option : app->get_options()) {
    if (option->get_items_expected_max() == 0) continue;
    if (option->get_items_expected_max() > 1) {
      if (!option->nonpositional()) continue;
      option->allow_extra_args(false);
    } else if (option->get_multi_option_policy() == CLI::MultiOptionPolicy::Throw) {
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
  }
  return app;
}

}  // namespace sidecarctl
