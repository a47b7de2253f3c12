// SPDX-License-Identifier: Apache-2.0
#include "lint/wrappers.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace sidecarctl::lint {

namespace {

/// How the command line of a wrapper is read, in the manner of getopt.
struct Wrapper {
  std::string_view name;
  std::string_view flags;            ///< Short options without a value.
  std::string_view with_value;       ///< Short options with one, in the same word or the next.
  std::string_view long_flags;       ///< Blanks between and around: " wait ctty ".
  std::string_view long_with_value;  ///< "--signal TERM" or "--signal=TERM".
  std::size_t operands = 0;          ///< Words before the program: USER, DURATION.
  bool changes_user = false;         ///< Starts the program as another user.
  bool number_is_option = false;     ///< "-5", as nice has it.
};

constexpr Wrapper kWrappers[] = {
    {"tini", "svwgl", "pe", "", ""},
    {"tini-static", "svwgl", "pe", "", ""},
    {"docker-init", "svwgl", "pe", "", ""},
    {"dumb-init", "cv", "r", " single-child verbose ", " rewrite "},
    {"catatonit", "g", "", "", ""},
    {"su-exec", "", "", "", "", 1, true},
    {"gosu", "", "", "", "", 1, true},
    {"nice", "", "n", "", " adjustment ", 0, false, true},
    {"ionice", "t", "cn", " ignore ", " class classdata "},
    {"nohup", "", "", "", ""},
    {"setsid", "cfw", "", " ctty fork wait ", ""},
    {"stdbuf", "", "ioe", "", " input output error "},
    {"timeout", "v", "ks", " foreground preserve-status verbose ", " kill-after signal ", 1},
};

const Wrapper* find_wrapper(std::string_view program) {
  const std::string_view name = file_name_of(program);
  const auto* found =
      std::find_if(std::begin(kWrappers), std::end(kWrappers), [&](const Wrapper& w) { return w.name == name; });
  return found == std::end(kWrappers) ? nullptr : found;
}

bool lists(std::string_view words, std::string_view name) {
  return words.find(fmt::format(" {} ", name)) != std::string_view::npos;
}

class WrapperReader {
 public:
  WrapperReader(const Wrapper& wrapper, const std::vector<ShellWord>& words) : wrapper_(wrapper), words_(words) {}

  WrappedCall read() {
    while (at_ < words_.size() && option()) {
    }
    WrappedCall result;
    result.changes_user = wrapper_.changes_user;
    at_ += wrapper_.operands;
    if (problem_.empty() && at_ < words_.size()) {
      problem_ = words_[at_].unknown_reason;
      if (problem_.empty()) {
        result.call =
            ProgramCall{words_[at_].text, {words_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, words_.end()}};
      }
    }
    result.unknown_reason = problem_;
    return result;
  }

 private:
  /// Reads one option; false when there is none more.
  bool option() {
    const ShellWord& word = words_[at_];
    if (!word.known() || word.text.size() < 2 || word.text[0] != '-') return false;
    ++at_;
    if (word.text == "--") return false;
    return word.text[1] == '-' ? long_option(word.text) : short_options(word.text);
  }

  bool long_option(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (lists(wrapper_.long_flags, name)) return true;
    if (!lists(wrapper_.long_with_value, name)) return stop(text);
    if (equals == std::string::npos) ++at_;
    return true;
  }

  bool short_options(const std::string& text) {
    if (wrapper_.number_is_option && parse_unsigned(std::string_view(text).substr(1))) return true;
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (wrapper_.flags.find(text[i]) != std::string_view::npos) continue;
      if (wrapper_.with_value.find(text[i]) == std::string_view::npos) return stop(text);
      if (i + 1 == text.size()) ++at_;
      return true;
    }
    return true;
  }

  bool stop(const std::string& text) {
    problem_ = fmt::format("its option '{}' is not known here", shorten(text, 40));
    return false;
  }

  const Wrapper& wrapper_;
  const std::vector<ShellWord>& words_;
  std::size_t at_ = 0;
  std::string problem_;
};

WrappedCall unwrap_env(std::vector<ShellWord> words) {
  EnvCall env = parse_env_call(std::move(words));
  WrappedCall result;
  result.unknown_reason = std::move(env.unknown_reason);
  result.path = std::move(env.path);
  result.working_dir = std::move(env.working_dir);
  // SDC706 speaks of a wrong option, and of -S where env does not have it.
  if (env.program && result.unknown_reason.empty() && env.bad_option.empty() && !env.splits)
    result.call = ProgramCall{*env.program, std::move(env.arguments)};
  return result;
}

}  // namespace

bool is_wrapper(std::string_view program) {
  return file_name_of(program) == "env" || find_wrapper(program) != nullptr;
}

WrappedCall unwrap(const ProgramCall& wrapper) {
  if (const Wrapper* known = find_wrapper(wrapper.program)) return WrapperReader(*known, wrapper.arguments).read();
  return unwrap_env(wrapper.arguments);
}

}  // namespace sidecarctl::lint
