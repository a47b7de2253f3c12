// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/console.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace sidecarctl {

namespace {

class CompletionCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("SHELL", shell_, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }

  ExitCode run(Env& env) override {
    const CompletionModel model = make_completion_model(all_commands());
    env.console.out() << (shell_ == "bash"  ? bash_completion(model)
                          : shell_ == "zsh" ? zsh_completion(model)
                                            : fish_completion(model));
    return ExitCode::done;
  }

  bool reads_configuration() const override { return false; }

 private:
  std::string shell_;
};

}  // namespace

extern constinit const CommandInfo completion_command{
    "completion", "Help", "Print a completion script for a shell",
    "source <(sidecarctl completion bash)\n"
    "sidecarctl completion bash > /etc/bash_completion.d/sidecarctl\n"
    "sidecarctl completion zsh > \"${fpath[1]}/_sidecarctl\"\n"
    "sidecarctl completion fish > ~/.config/fish/completions/sidecarctl.fish\n",
    [] { return std::unique_ptr<Command>(std::make_unique<CompletionCommand>()); }};

}  // namespace sidecarctl
