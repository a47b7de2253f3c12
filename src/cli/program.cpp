// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include "cli/command_app.hpp"
#include "cli/command_model.hpp"
#include "cli/configure.hpp"
#include "cli/console.hpp"
#include "cli/help.hpp"
#include "cli/usage_error.hpp"
#include "util/error_json.hpp"
#include "util/json.hpp"
#include "util/log.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"
#include "util/version.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <stdexcept>

namespace sidecarctl {

namespace {

/// A command line, cut at the command's name.
struct Words {
  std::vector<std::string> before;  ///< Global options.
  std::string command;              ///< Empty: none.
  std::vector<std::string> after;
};

Words split_words(const std::vector<std::string>& arguments) {
  Words words;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word.size() < 2 || word[0] != '-') {
      words.command = word;
      words.after.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, arguments.end());
      return words;
    }
    words.before.push_back(word);
    const bool takes_value = word == "--config" || word == "--color" || word == "--progress";
    if (takes_value && i + 1 < arguments.size()) words.before.push_back(arguments[++i]);
  }
  return words;
}

/// CLI11 would take the next word as the value of "--volume=".
void refuse_empty_values(const std::vector<std::string>& words, std::string_view command) {
  for (const std::string& word : words) {
    if (word == "--") return;
    if (word.starts_with("--") && word.find('=') == word.size() - 1) {
      throw Error(ErrorKind::usage, fmt::format("option '{}' has an empty value", word.substr(0, word.size() - 1)),
                  help_hint(command));
    }
  }
}

bool has_help(const CLI::App& app) {
  const CLI::Option* option = app.get_option_no_throw("--help");
  return option != nullptr && option->count() > 0;
}

/// Parses `words`; what CLI11 says about missing options is left to check_requirements(). With --help nothing is wrong.
void parse_words(CLI::App& app, std::vector<std::string> words) {
  try {
    refuse_empty_values(words, app.get_name());
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back.
    app.parse(std::move(words));
  } catch (const CLI::RequiredError&) {
  } catch (const CLI::RequiresError&) {
  } catch (const CLI::ExcludesError&) {
  } catch (const CLI::ParseError& error) {
    if (!has_help(app)) throw usage_error(app, error);
  } catch (const std::invalid_argument& error) {  // Out of CLI11's conversion of counted flags.
    throw Error(ErrorKind::usage, "the value of a flag is not a number", help_hint(app.get_name()));
  }
}

std::vector<std::string> words_left(const CLI::App& app) {
  std::vector<std::string> left = app.remaining();
  std::erase(left, "--");
  return left;
}

/// `--format json`, as far as it can be told of a command line that may be wrong elsewhere.
bool asks_for_json(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == "--format=json") return true;
    if (words[i] == "--format" && i + 1 < words.size() && words[i + 1] == "json") return true;
  }
  return false;
}

class Program {
 public:
  Program(const std::vector<std::string>& arguments, std::span<const CommandInfo* const> commands, Env& env)
      : words_(split_words(arguments)), commands_(commands), env_(env) {}

  ExitCode run() {
    try {
      return dispatch();
    } catch (const Error& error) {
      return fail(error);
    } catch (const std::exception& error) {
      return bug(error.what());
    } catch (...) {
      return bug("an exception of unknown type");
    }
  }

 private:
  ExitCode dispatch() {
    read_leading_options();
    if (globals_.version && words_.command.empty()) words_.command = "version";
    if (words_.command == "help" && find_command(commands_, "help") == nullptr) use_help_command();
    if (words_.command.empty()) return no_command();
    info_ = find_command(commands_, words_.command);
    if (info_ == nullptr) {
      throw Error(
          ErrorKind::usage,
          fmt::format("unknown command '{}'{}", words_.command, did_you_mean(words_.command, command_names(commands_))),
          help_hint(""));
    }
    return run_command();
  }

  void read_leading_options() {
    CLI::App app("", "");
    app.set_help_flag();
    app.allow_extras();
    globals_.declare(app);
    parse_words(app, words_.before);
    globals_.help = globals_.help || has_help(app);
    env_.console.configure(globals_.console_options());
    if (const auto left = words_left(app); !left.empty()) {
      Error error = unexpected_word(app, left);
      const bool suggested = error.message().find("; did you mean") != std::string_view::npos;
      if (!words_.command.empty() && !suggested) error.set_hint("options of a command stand after its name");
      throw Error(error);
    }
  }

  /// `help lint` is `lint --help`, `help` is `--help`.
  void use_help_command() {
    globals_.help = true;
    words_.command = words_.after.empty() ? "" : words_.after[0];
    words_.after.clear();
  }

  ExitCode no_command() {
    const std::string text = program_help(commands_);
    if (globals_.help) {
      env_.console.out() << text;
      return ExitCode::done;
    }
    env_.console.help(text);
    throw Error(ErrorKind::usage, "no command is given");
  }

  ExitCode run_command() {
    command_ = info_->make();
    const std::unique_ptr<CLI::App> app = make_command_app(*info_, *command_);
    const std::vector<OptionModel> options = describe_options(*app);
    GlobalOptions later;
    later.declare(*app);
    parse_words(*app, words_.after);
    later.help = has_help(*app);
    globals_.merge(later);
    env_.console.configure(globals_.console_options());
    set_log_level(globals_.verbose == 0 ? LogLevel::off : globals_.verbose == 1 ? LogLevel::debug : LogLevel::trace);
    if (globals_.help) {
      env_.console.out() << command_help({std::string(info_->name), std::string(info_->group),
                                          std::string(info_->summary), std::string(info_->footer), options});
      return ExitCode::done;
    }
    if (const auto left = words_left(*app); !left.empty()) throw unexpected_word(*app, left);
    if (command_->reads_configuration()) read_configuration(*app);
    check_requirements(*app);
    return command_->run(env_);
  }

  void read_configuration(CLI::App& app) {
    const ConfigFile config = load_config(globals_.config, commands_);
    env_.default_image = default_image(config);
    apply_configuration(app, env_.environment, config);
  }

  ExitCode fail(const Error& error) {
    env_.console.error(error);
    print_document(to_string(error.kind()), error);
    return exit_code_of(error, env_.cancel.signal());
  }

  ExitCode bug(std::string_view what) {
    Error error(ErrorKind::tool,
                fmt::format("this is a bug in sidecarctl {} ({}), please report: {}", version(), commit(), what));
    if (info_ != nullptr) error.add_context(fmt::format("while running '{}'", info_->name));
    env_.console.error(error);
    print_document("bug", error);
    return ExitCode::bug;
  }

  void print_document(std::string_view kind, const Error& error) {
    const bool wanted = (command_ && command_->prints_json()) || asks_for_json(words_.after);
    if (!wanted && !asks_for_json(words_.before)) return;
    OrderedJson failure = error_json(error);
    failure["kind"] = kind;
    OrderedJson document;
    document["schema"] = fmt::format("sidecarctl.{}/v1", info_ != nullptr ? info_->name : "error");
    document["error"] = std::move(failure);
    env_.console.out() << dump_json_pretty(document) << "\n";
  }

  Words words_;
  std::span<const CommandInfo* const> commands_;
  Env& env_;
  GlobalOptions globals_;
  const CommandInfo* info_ = nullptr;
  std::unique_ptr<Command> command_;
};

}  // namespace

ExitCode run_program(const std::vector<std::string>& arguments, std::span<const CommandInfo* const> commands,
                     Env& env) {
  return Program(arguments, commands, env).run();
}

}  // namespace sidecarctl
