// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

namespace sidecarctl::lint {

namespace {

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const StartFacts& start = subject.start();
  if (auto verdict = answered_before(start)) return *verdict;
  const StartStep& program = *start.program();
  if (!program.resolved.node.is_file()) return Verdict::not_applicable("the program is no file: SDC703 says so");
  const bool is_empty = program.head.kind == ProgramHead::Kind::empty;
  if (!is_empty && program.head.kind != ProgramHead::Kind::text) return Verdict::decided();
  const bool by_shell = start.form == StartFacts::Form::shell;
  std::string message = label(program) + (is_empty ? " is an empty file" : " is a text without a '#!' line");
  message += by_shell ? "; the shell runs it as a script of its own" : ": Linux cannot start it (exec format error)";
  report_start_fault(
      start,
      Finding{std::move(message),
              location_of(program),
              is_empty ? "copy the program itself" : "let the file start with '#!/bin/sh', or what interprets it",
              {},
              by_shell ? std::optional(Severity::info) : std::nullopt},
      findings);
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc708_no_shebang{
    "SDC708",     "no-shebang",    Severity::error,
    Needs::files, Origin::runtime, "The program is an empty file or a text without '#!' line",
    check};

}  // namespace sidecarctl::lint
