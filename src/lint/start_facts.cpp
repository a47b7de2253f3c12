// SPDX-License-Identifier: Apache-2.0
#include "lint/start_facts.hpp"

#include "lint/busybox.hpp"
#include "lint/wrappers.hpp"
#include "util/strings.hpp"

#include <algorithm>
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

/// The words of a call as far as they are known: a shell form has no others.
std::vector<std::string> texts_of(const ProgramCall& call) {
  std::vector<std::string> texts{call.program};
  for (const ShellWord& word : call.arguments) {
    if (!word.known()) break;
    texts.push_back(word.text);
  }
  return texts;
}

void take_command(StartFacts& facts, const ShellCommand& command) {
  using Kind = ShellCommand::Kind;
  facts.command_word = command.word;
  facts.command_is_builtin = command.kind == Kind::builtin || command.kind == Kind::empty;
  facts.replaces_shell = command.replaces_shell;
  facts.uncertain = command.uncertain;
  facts.goes_on = command.goes_on;
  if (command.kind == Kind::unknown)
    facts.unknown_reason = "the first command cannot be told: " + command.unknown_reason;
}

// `nice nice nice ...`: nobody stacks more than a few.
constexpr int kMaxWrappers = 8;

class StartFinder {
 public:
  StartFinder(ImageFiles& files, const ImageConfig& config, const UserFacts& user)
      : files_(&files), config_(&config), user_(user), search_{search_path_of(config), working_dir_of(config), true} {}

  StartFacts find() {
    facts_.argv = config_->argv();
    facts_.search_path = search_.directories;
    facts_.user_exists = user_.exists;
    if (facts_.argv.empty() || facts_.argv[0].empty()) return std::move(facts_);
    facts_.form = StartFacts::Form::exec;
    expect_content(facts_.argv[0]);
    ProgramCall call{facts_.argv[0], known_words(facts_.argv, 1)};
    if (!follow_wrappers(call)) return std::move(facts_);
    if (auto form = split_shell_form(texts_of(call))) {
      follow_shell(std::move(*form), call);
    } else {
      facts_.chain = follow(call);
    }
    return std::move(facts_);
  }

 private:
  StartChain follow(const ProgramCall& call) { return follow_program(*files_, call, search_, user_); }

  /// Tells the files what will be asked, so that a layer is not read twice.
  void expect_content(const std::string& program) {
    files_->expect({"env", "sh", "bash", "dash", "busybox", "python3", std::string(file_name_of(program))});
  }

  void follow_shell(ShellForm form, const ProgramCall& call) {
    facts_.form = StartFacts::Form::shell;
    facts_.shell = std::move(form.shell);
    facts_.shell_text = std::move(form.text);
    facts_.positional = std::move(form.positional);
    facts_.pseudo_json = is_pseudo_json(facts_.shell_text);
    ShellStart start = shell_start(*config_, user_);
    start.working_dir = search_.working_dir;
    start.exits_on_error = form.exits_on_error;
    ShellCommand command = first_command(facts_.shell_text, start);
    take_command(facts_, command);
    expect_content(command.word);
    facts_.shell_chain = follow(call);
    if (command.kind != ShellCommand::Kind::program) return;
    search_.by_runtime = false;
    if (command.path) search_.directories = split_search_path(*command.path);
    if (command.working_dir) search_.working_dir = *command.working_dir;
    ProgramCall program{command.word, std::move(command.arguments)};
    if (!follow_wrappers(program)) return;
    facts_.chain = follow(program);
    note_applets(program.program);
  }

  /// Goes from `tini -- PROGRAM` to PROGRAM. False when the search ends at the wrapper: it cannot run itself, or what
  /// it starts cannot be told; then `facts_.chain` is its own.
  bool follow_wrappers(ProgramCall& call) {
    for (int depth = 0; is_wrapper(call.program) && depth < kMaxWrappers; ++depth) {
      const StartChain chain = follow({call.program, {}});
      const bool runs = !chain_problem(chain) && wrong_machine(chain) == nullptr;
      WrappedCall inner = runs ? unwrap(call) : WrappedCall{};
      if (!inner.call) {
        if (!inner.unknown_reason.empty())
          facts_.unknown_reason =
              "the program that " + label(chain.steps.front()) + " starts cannot be told: " + inner.unknown_reason;
        facts_.chain = follow(call);
        return false;
      }
      take_wrapper(std::move(inner), call);
    }
    return true;
  }

  void take_wrapper(WrappedCall inner, ProgramCall& call) {
    call = std::move(*inner.call);
    search_.by_runtime = false;
    if (inner.path) search_.directories = split_search_path(inner.path->empty() ? kLibraryPath : *inner.path);
    if (inner.working_dir) search_.working_dir = absolute_path(*inner.working_dir, search_.working_dir);
    // Who that will be is known to the wrapper only: x and r are not judged.
    if (inner.changes_user) user_.exists = facts_.user_exists = false;
    expect_content(call.program);
  }

  /// A busybox that is built so runs its own programs without a file (FEATURE_SH_STANDALONE); its bytes do not tell.
  void note_applets(const std::string& program) {
    const StartStep* found = facts_.program();
    if (found == nullptr || found->found || !facts_.uncertain.empty()) return;
    if (is_busybox_applet(program) && may_be_busybox(facts_.shell_chain)) {
      facts_.uncertain = "the shell may be a busybox that has '" + program + "' built in";
    }
  }

  ImageFiles* files_;
  const ImageConfig* config_;
  UserFacts user_;
  ProgramSearch search_;
  StartFacts facts_;
};

}  // namespace

ConfigField start_field(const ImageConfig& config) {
  return ConfigField{config.entrypoint.empty() ? "/config/Cmd" : "/config/Entrypoint"};
}

StartFacts find_start_facts(ImageFiles& files, const ImageConfig& config, const UserFacts& user) {
  return StartFinder(files, config, user).find();
}

void report_start_fault(const StartFacts& facts, Finding fault, std::vector<Finding>& findings) {
  if (!facts.goes_on.empty()) {
    fault.message += "; " + facts.goes_on;
    fault.severity = std::min(fault.severity.value_or(Severity::error), Severity::warning);
  }
  findings.push_back(std::move(fault));
}

std::optional<Verdict> answered_before_search(const StartFacts& facts) {
  if (facts.form == StartFacts::Form::none) return Verdict::not_applicable("nothing would start: SDC701 says so");
  if (facts.form == StartFacts::Form::exec) {
    return facts.unknown_reason.empty() ? std::nullopt : std::optional(Verdict::unknown(facts.unknown_reason));
  }
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
  constexpr const char* kUndecided = "the program cannot be told: SDC702 says why";
  if (auto verdict = answered_before_search(facts)) {
    return verdict->kind == Verdict::Kind::unknown ? Verdict::not_applicable(kUndecided) : verdict;
  }
  if (facts.program()->found) return std::nullopt;
  if (!facts.uncertain.empty()) return Verdict::not_applicable(kUndecided);
  return Verdict::not_applicable("the program was not found: SDC702 says so");
}

}  // namespace sidecarctl::lint
