// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"

#include "sample_commands.hpp"
#include "support/catch.hpp"
#include "util/environment.hpp"
#include "util/file.hpp"

using namespace sidecarctl;

namespace {

/// Compares with the file beside this one; SIDECARCTL_ACCEPT=1 writes it.
void check_script(const std::string& name, const std::string& script) {
  const std::string path = std::string(SOURCE_DIR) + "/tests/unit/cli/" + name;
  if (process_environment("SIDECARCTL_ACCEPT") == "1") write_file_atomically(path, script);
  CHECK(script == read_file(path, 1024 * 1024));
}

}  // namespace

TEST_CASE("the scripts hold every command, option and value of the commands") {
  const CompletionModel model = make_completion_model(test::kSampleCommands);
  check_script("completion.bash", bash_completion(model));
  check_script("completion.zsh", zsh_completion(model));
  check_script("completion.fish", fish_completion(model));
}

TEST_CASE("a global option is not offered where the command has taken its name") {
  const CompletionModel model = make_completion_model(test::kSampleCommands);
  const auto count = [&](const CommandModel& command) {
    const auto names = option_names(options_with_globals(model, command));
    return std::count(names.begin(), names.end(), "--config");
  };
  REQUIRE(model.commands.size() == 2);
  for (const CommandModel& command : model.commands) CHECK(count(command) == 1);
  CHECK_FALSE(model.commands[1].options.empty());
}
