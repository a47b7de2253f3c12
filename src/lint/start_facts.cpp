// SPDX-License-Identifier: Apache-2.0
#include "lint/start_facts.hpp"

#include "util/strings.hpp"

#include <utility>

namespace sidecarctl::lint {

namespace {

/// What a shell of the container starts with: the image's environment and what runtimes add.
ShellStart shell_start(const ImageConfig& config, const UserFacts& user) {
  ShellStart start;
  start.working_dir = working_dir_of(config);
  start.variables["PATH"] = kDefaultPath;
  start.variables["HOME"] = user.passwd && !user.passwd->home.empty() ? user.passwd->home : "/";
  for (const std::string& entry : config.env) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) start.variables[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  return start;
}

std::vector<ShellWord> known_words(const std::vector<std::string>& texts, std::size_t from) {
  std::vector<ShellWord> words;
  for (std::size_t i = from; i < texts.size(); ++i) words.push_back(ShellWord{texts[i], "", true});
  return words;
}

/// Tells the files what will be asked, so that a layer is not read twice.
void expect_content(ImageFiles& files, const StartFacts& facts) {
  std::vector<std::string> names{"env", "sh", "bash", "dash", "busybox", "python3"};
  if (!facts.argv[0].empty()) names.emplace_back(file_name_of(facts.argv[0]));
  if (!facts.command_word.empty()) names.emplace_back(file_name_of(facts.command_word));
  files.expect(names);
}

void take_command(StartFacts& facts, const ShellCommand& command) {
  using Kind = ShellCommand::Kind;
  facts.command_word = command.word;
  facts.command_is_builtin = command.kind == Kind::builtin || command.kind == Kind::empty;
  facts.replaces_shell = command.replaces_shell;
  facts.uncertain = command.uncertain;
  if (command.kind == Kind::unknown)
    facts.unknown_reason = "the first command cannot be told: " + command.unknown_reason;
}

}  // namespace

ConfigField start_field(const ImageConfig& config) {
  return ConfigField{config.entrypoint.empty() ? "/config/Cmd" : "/config/Entrypoint"};
}

StartFacts find_start_facts(ImageFiles& files, const ImageConfig& config, const UserFacts& user) {
  StartFacts facts;
  facts.argv = config.argv();
  facts.search_path = search_path_of(config);
  facts.user_exists = user.exists;
  if (facts.argv.empty() || facts.argv[0].empty()) return facts;
  ShellCommand command;
  if (auto form = split_shell_form(facts.argv)) {
    facts.form = StartFacts::Form::shell;
    facts.shell = std::move(form->shell);
    facts.shell_text = std::move(form->text);
    facts.positional = std::move(form->positional);
    facts.pseudo_json = is_pseudo_json(facts.shell_text);
    command = first_command(facts.shell_text, shell_start(config, user));
    take_command(facts, command);
  } else {
    facts.form = StartFacts::Form::exec;
  }
  expect_content(files, facts);

  ProgramSearch search{facts.search_path, working_dir_of(config), true};
  StartChain chain = follow_program(files, {facts.argv[0], known_words(facts.argv, 1)}, search, user);
  if (facts.form == StartFacts::Form::exec) {
    facts.chain = std::move(chain);
    return facts;
  }
  facts.shell_chain = std::move(chain);
  if (command.kind != ShellCommand::Kind::program) return facts;
  search.by_runtime = false;
  if (command.path) search.directories = split_search_path(*command.path);
  if (command.working_dir) search.working_dir = *command.working_dir;
  facts.chain = follow_program(files, {command.word, std::move(command.arguments)}, search, user);
  return facts;
}

std::optional<Verdict> answered_before_search(const StartFacts& facts) {
  if (facts.form == StartFacts::Form::none) return Verdict::not_applicable("nothing would start: SDC701 says so");
  if (facts.form == StartFacts::Form::exec) return std::nullopt;
  if (const auto problem = chain_problem(facts.shell_chain))
    return Verdict::not_applicable("the shell cannot run: SDC710 says so");
  if (facts.pseudo_json) return Verdict::not_applicable("the command line is no JSON list: SDC709 says so");
  if (facts.command_is_builtin) {
    return Verdict::not_applicable("the command line starts with a part of the shell itself");
  }
  if (!facts.unknown_reason.empty()) return Verdict::unknown(facts.unknown_reason);
  return std::nullopt;
}

std::optional<Verdict> answered_before(const StartFacts& facts) {
  if (auto verdict = answered_before_search(facts)) return verdict;
  if (facts.program()->found) return std::nullopt;
  if (!facts.uncertain.empty()) return Verdict::unknown("the program was not found, but " + facts.uncertain);
  return Verdict::not_applicable("the program was not found: SDC702 says so");
}

}  // namespace sidecarctl::lint
