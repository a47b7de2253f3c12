// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "commands/init_values.hpp"
#include "commands/terminal_secret.hpp"
#include "entrypoint/embedded_entrypoint.hpp"
#include "scaffold/command_line.hpp"
#include "scaffold/plan.hpp"
#include "scaffold/template_set.hpp"
#include "scaffold/write_files.hpp"
#include "util/embedded_text.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace sidecarctl {

std::span<const EmbeddedText> builtin_templates();  // Generated from templates/.

namespace {

using scaffold::PlannedFile;
using scaffold::Template;
using scaffold::TemplateSet;
using scaffold::Values;

constexpr std::string_view kDefaultTemplate = "flags";

/// The programs that templates may ask for. A template that asks for another one is not offered.
scaffold::Binaries carried_programs() {
  return {{"sidecar-entrypoint", embedded_entrypoint()}};
}

bool can_make(const Template& candidate, const scaffold::Binaries& programs) {
  return std::all_of(candidate.files.begin(), candidate.files.end(),
                     [&](const auto& file) { return file.binary.empty() || programs.count(file.binary) != 0; });
}

class InitCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("DIR", folder_, "Folder to write to; it is made if it is not there")->type_name("DIR");
    app.add_option("--template", template_, "What to make; --list shows the templates (default: flags)")
        ->type_name("NAME");
    app.add_option("--image", image_, "Name of the image: [HOST/]NAME[:TAG] (default: after the folder)")
        ->type_name("NAME");
    app.add_option("--base", request_.base, "Image to build on (default: the template's)")->type_name("IMAGE");
    app.add_option("--user", request_.user, "Numeric user of the image (default: 5001)")->type_name("UID");
    app.add_option("--volume", request_.volumes, "Shared volume; the first one has the flags (default: shared)")
        ->type_name("NAME")
        ->allow_extra_args(false);
    app.add_option("--entrypoint", entrypoint_, "What keeps the flag protocol")
        ->check(CLI::IsMember({"native", "python", "sh"}));
    app.add_option("--command", request_.command, "Command line to run instead of the sample")->type_name("CMD");
    app.add_flag("--with-transform", request_.with_transform, "Add the Foundry side in Python");
    app.add_option("--with-ci", ci_, "Add a pipeline that lints and pushes")
        ->check(CLI::IsMember({"github", "gitlab"}));
    app.add_option("--set", request_.settings, "Value of a variable of the template")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    app.add_option("--template-dir", template_folder_,
                   "Folder with templates of your own; they go before those of the program")
        ->type_name("DIR");
    app.add_flag("--list", list_, "Show the templates");
    app.add_flag("--dry-run", dry_run_, "Show the files and write nothing");
    app.add_flag("--force", force_, "Replace files that are there");
  }

  ExitCode run(Env& env) override {
    std::optional<std::filesystem::path> own;
    if (!template_folder_.empty()) own = template_folder_;
    const TemplateSet set(builtin_templates(), own);
    if (list_) return show_list(set, env);
    ask_what_is_missing(env);
    const Template& chosen = set.find(template_name());
    if (!can_make(chosen, programs_))
      throw Error(ErrorKind::config, fmt::format("this build of sidecarctl cannot make '{}'", chosen.name));
    if (chosen.addon) {
      throw Error(ErrorKind::usage, fmt::format("'{}' is added to a template, it is none", chosen.name),
                  "'sidecarctl init --list' shows the templates");
    }
    request_.image =
        image_.value_or(image_name_of(std::filesystem::absolute(folder_).lexically_normal().filename().string()));
    const Values values = values_for(chosen);
    const std::vector<PlannedFile> files = scaffold::plan_files(set, parts(set, chosen), values, programs_);
    say_what_a_shell_runs(env);
    if (dry_run_) return show_files(files, env);
    scaffold::write_files(folder_, files, force_, env.cancel);
    for (const PlannedFile& file : files)
      env.console.out() << shown((std::filesystem::path(folder_) / file.path).lexically_normal().string(), env) << "\n";
    env.console.status(fmt::format("wrote {} from the template '{}'; README.md has the next commands",
                                   plural(files.size(), "file"), chosen.name));
    return ExitCode::done;
  }

 private:
  static std::string shown(const std::string& text, const Env& env) {
    return env.console.out_is_terminal() ? escape_text(text) : text;
  }

  ExitCode show_list(const TemplateSet& set, Env& env) const {
    std::size_t width = 0;
    for (const Template& each : set.all()) width = std::max(width, each.name.size());
    for (const Template& each : set.all()) {
      if (each.addon || !can_make(each, programs_)) continue;
      env.console.out() << fmt::format("{:<{}}  {}\n", each.name, width, escape_text(each.description));
    }
    return ExitCode::done;
  }

  /// --entrypoint chooses among the spellings of `flags`.
  std::string template_name() const {
    const std::string name = template_.value_or(std::string(kDefaultTemplate));
    if (!entrypoint_) return name;
    const std::string wanted = *entrypoint_ == "native" ? "flags" : "flags-" + *entrypoint_;
    if (name != "flags" && name != wanted) {
      throw Error(ErrorKind::usage,
                  fmt::format("--entrypoint {} does not go with the template '{}'", *entrypoint_, escape_text(name)),
                  "it chooses what keeps the flag protocol of the template 'flags'");
    }
    return wanted;
  }

  Values values_for(const Template& chosen) const {
    const Values values = scaffold::complete_values(chosen, init_values(request_));
    for (const std::string& setting : request_.settings) {
      const std::string name = setting.substr(0, setting.find('='));
      const bool known = std::any_of(chosen.variables.begin(), chosen.variables.end(),
                                     [&](const auto& each) { return each.name == name; });
      if (!known)
        throw Error(ErrorKind::usage,
                    fmt::format("the template '{}' has no variable '{}'", chosen.name, escape_text(name)));
    }
    return values;
  }

  std::vector<const Template*> parts(const TemplateSet& set, const Template& chosen) const {
    std::vector<const Template*> result = {&chosen};
    if (request_.with_transform) result.push_back(&set.find("transform"));
    if (ci_) result.push_back(&set.find("ci-" + *ci_));
    return result;
  }

  /// Only somebody at a terminal is asked, and only for what no option, variable or sidecar.toml said.
  void ask_what_is_missing(Env& env) {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return;
    const auto ask = [&](const std::string& what, const std::string& otherwise) {
      const std::string answer(trim(ask_line(fmt::format("{} [{}]: ", what, escape_text(otherwise)), env.cancel)));
      return answer.empty() ? otherwise : answer;
    };
    if (!template_ && !entrypoint_) template_ = ask("Template (--list shows all)", std::string(kDefaultTemplate));
    if (!image_)
      image_ = ask("Name of the image",
                   image_name_of(std::filesystem::absolute(folder_).lexically_normal().filename().string()));
    if (!request_.command) {
      std::string command(trim(ask_line("Command to run (empty: the sample): ", env.cancel)));
      if (!command.empty()) request_.command = std::move(command);
    }
  }

  void say_what_a_shell_runs(Env& env) const {
    if (!request_.command) return;
    const scaffold::CommandLine line = scaffold::parse_command_line(*request_.command);
    if (!line.shell.empty())
      env.console.note(fmt::format("the command has {}, so /bin/sh runs it", escape_text(line.why)));
  }

  ExitCode show_files(const std::vector<PlannedFile>& files, Env& env) const {
    std::ostream& out = env.console.out();
    for (const PlannedFile& file : files) {
      out << fmt::format("==> {} ({:04o})\n", shown(file.path, env), file.mode);
      if (file.binary) {
        out << fmt::format("({})\n", human_size(file.content.size()));
        continue;
      }
      for (const std::string& line : split(file.content, '\n')) out << shown(line, env) << "\n";
    }
    return ExitCode::done;
  }

  std::string folder_ = ".";
  std::optional<std::string> template_, image_, entrypoint_, ci_;
  std::string template_folder_;
  InitRequest request_;
  bool list_ = false, dry_run_ = false, force_ = false;
  scaffold::Binaries programs_ = carried_programs();
};

}  // namespace

extern constinit const CommandInfo init_command{
    "init", "Images", "Make the files of a new sidecar",
    "sidecarctl init my-sidecar\n"
    "sidecarctl init my-sidecar --command 'dd if={shared}/infile.csv of={shared}/outfile.csv'\n"
    "sidecarctl init api --template server --set port=9000 --with-ci github\n"
    "sidecarctl init --list\n",
    [] { return std::unique_ptr<Command>(std::make_unique<InitCommand>()); }};

}  // namespace sidecarctl
