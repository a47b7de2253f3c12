// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/shell_words.hpp"
#include "lint/subject.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

/// Who interprets the script at `index`: the program that env starts, where it is env.
std::string interpreter_of(const StartChain& chain, std::size_t index) {
  const std::string& interpreter = chain.steps[index].head.interpreter;
  if (file_name_of(interpreter) != "env") return interpreter;
  for (std::size_t i = index + 1; i < chain.steps.size(); ++i) {
    if (chain.steps[i].role == StartStep::Role::env_program) return chain.steps[i].wanted;
  }
  return interpreter;
}

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  bool has_shell_script = false;
  for (std::size_t i = 0; i < start.chain.steps.size(); ++i) {
    const StartStep& step = start.chain.steps[i];
    const bool is_text = i == 0 && start.form == StartFacts::Form::shell && step.head.kind == ProgramHead::Kind::text;
    if (!is_text && !step.is_script()) continue;
    if (step.is_script() && step.head.shebang_has_cr)
      return Verdict::not_applicable("all its lines end so: SDC707 says so");
    if (!is_text && !is_shell_name(interpreter_of(start.chain, i))) continue;
    has_shell_script = true;
    if (!step.head.body_has_crlf) continue;
    findings.push_back(Finding{
        fmt::format("lines of the shell script {} end in CR LF; the shell takes the CR for a part of each last word",
                    label(step)),
        location_of(step),
        "sed -i 's/\\r$//' FILE, and '*.sh text eol=lf' in .gitattributes",
        {},
        {}});
  }
  return has_shell_script ? Verdict::decided() : Verdict::not_applicable("the program is no shell script");
}

}  // namespace

extern constinit const Rule sdc712_crlf_in_script{
    "SDC712",     "crlf-in-script", Severity::warning,
    Needs::files, Origin::runtime,  "A shell script has Windows line ends",
    check};

}  // namespace sidecarctl::lint
