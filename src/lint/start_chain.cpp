// SPDX-License-Identifier: Apache-2.0
#include "lint/start_chain.hpp"

#include <utility>

namespace sidecarctl::lint {

namespace {

// Enough for a shebang and the program headers of all but odd ELF files. Layers keep that much of every command, so
// that they need not be read again.
constexpr std::size_t kFirstRead = 4096;
// A look at a script's line ends.
constexpr std::size_t kScriptRead = 64UL * 1024;
// Linux (fs/exec.c, exec_binprm): five scripts may be one another's interpreters, a sixth is ELOOP.
constexpr int kMaxScripts = 5;
// `env` starts anew, so that a script can lead to itself without end.
constexpr std::size_t kMaxSteps = 16;

class ChainFollower {
 public:
  ChainFollower(ImageFiles& files, ProgramSearch search, const UserFacts& user)
      : files_(&files), search_(std::move(search)), user_(&user) {}

  StartChain follow(const ProgramCall& call) {
    arguments_ = call.arguments;
    StartStep step = find_program(*files_, call.program, search_, *user_);
    std::optional<StartStep> next = std::move(step);
    while (next) {
      if (chain_.steps.size() >= kMaxSteps) {
        chain_.too_deep = true;
        break;
      }
      read_content(*next);
      chain_.steps.push_back(std::move(*next));
      next = after(chain_.steps.size() - 1);
    }
    return std::move(chain_);
  }

 private:
  void read_content(StartStep& step) {
    if (!step.found || !step.resolved.node.is_file()) return;
    const FileNode& node = step.resolved.node;
    step.head = parse_program_head(files_->read_head(step.resolved.path, kFirstRead), node.size);
    if (step.is_script() && node.size > kFirstRead) {
      step.head = parse_program_head(files_->read_head(step.resolved.path, kScriptRead), node.size);
    }
    // The content was read, so the rest costs nothing more.
    if (node.brief) step.resolved.node = files_->find(step.resolved.path).value_or(node);
    if (step.head.bytes_needed == 0) return;
    if (step.head.bytes_needed <= ImageFiles::kMaxHead) {
      const auto length = static_cast<std::size_t>(step.head.bytes_needed);
      step.head = parse_program_head(files_->read_head(step.resolved.path, length), node.size);
    }
    if (step.head.bytes_needed != 0) {
      chain_.unknown_reason = "the name of the loader of " + label(step) + " lies too far into the file to be read";
    }
  }

  std::optional<StartStep> after(std::size_t index) {
    const StartStep& step = chain_.steps[index];
    if (step.is_script()) return interpreter_of(step);
    if (!step.is_elf()) return std::nullopt;
    const bool is_env = file_name_of(step.wanted) == "env";
    if (!step.head.elf_interpreter.empty()) add_loader(step.head.elf_interpreter);
    return is_env ? env_program() : std::nullopt;
  }

  void add_loader(const std::string& path) {
    StartStep loader = look_at_path(*files_, path, search_.working_dir, *user_);
    loader.role = StartStep::Role::loader;
    chain_.steps.push_back(std::move(loader));
  }

  std::optional<StartStep> interpreter_of(const StartStep& script) {
    if (shebang_problem(script.head)) return std::nullopt;
    if (++scripts_ > kMaxScripts) {
      chain_.too_deep = true;
      return std::nullopt;
    }
    std::vector<ShellWord> arguments;
    if (!script.head.argument.empty()) arguments.push_back(ShellWord{script.head.argument, "", true});
    arguments.push_back(ShellWord{script.resolved.path, "", true});
    arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
    arguments_ = std::move(arguments);
    // A name without a slash is looked up in the working folder, never by PATH.
    StartStep step = look_at_path(*files_, script.head.interpreter, search_.working_dir, *user_);
    step.role = StartStep::Role::interpreter;
    return step;
  }

  std::optional<StartStep> env_program() {
    EnvCall call = parse_env_call(std::exchange(arguments_, {}));
    chain_.env_splits |= call.splits;
    chain_.bad_env_option = call.bad_option;
    if (!call.unknown_reason.empty())
      chain_.unknown_reason = "the program that 'env' starts cannot be told: " + call.unknown_reason;
    if (!call.program || !call.unknown_reason.empty()) return std::nullopt;
    if (call.path) search_.directories = split_search_path(call.path->empty() ? kLibraryPath : *call.path);
    search_.by_runtime = false;
    scripts_ = 0;
    arguments_ = std::move(call.arguments);
    StartStep step = find_program(*files_, *call.program, search_, *user_);
    step.role = StartStep::Role::env_program;
    return step;
  }

  ImageFiles* files_;
  ProgramSearch search_;
  const UserFacts* user_;
  StartChain chain_;
  std::vector<ShellWord> arguments_;
  int scripts_ = 0;
};

}  // namespace

StartChain follow_program(ImageFiles& files, const ProgramCall& call, const ProgramSearch& search,
                          const UserFacts& user) {
  return ChainFollower(files, search, user).follow(call);
}

}  // namespace sidecarctl::lint
