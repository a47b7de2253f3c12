// SPDX-License-Identifier: Apache-2.0
#include "lint/engine.hpp"
#include "support/catch.hpp"

namespace sidecarctl::test {

using lint::RuleVerdict;
using lint::Severity;
using lint::TargetReport;

namespace {

const lint::Rule kRule{"SDC000", "x", Severity::error, lint::Needs::source, lint::Origin::practice, "", nullptr};

TargetReport with_finding(Severity severity, bool suppressed = false) {
  TargetReport report;
  report.findings.push_back({&kRule, severity, {}, {}, ""});
  if (suppressed) report.findings[0].suppressed = lint::Suppression{"known", {}};
  return report;
}

TargetReport with_unknown(Severity severity, bool ignored = false) {
  TargetReport report;
  report.verdicts.push_back({&kRule, RuleVerdict::Kind::unknown, "why", severity, ignored});
  return report;
}

TargetReport with_error(ErrorKind kind) {
  TargetReport report;
  report.error = Error(kind, "no");
  return report;
}

}  // namespace

TEST_CASE("exit codes are those of the contract") {
  struct Row {
    const char* what;
    std::vector<TargetReport> reports;
    std::optional<Severity> fail_on;
    int code;
  };
  constexpr auto info = Severity::info, warning = Severity::warning, error = Severity::error;
  const Row rows[] = {
      {"nothing found", {{}}, error, 0},
      {"no target", {}, error, 0},
      {"below the threshold", {with_finding(warning)}, error, 0},
      {"at the threshold", {with_finding(warning)}, warning, 1},
      {"above the threshold", {with_finding(error)}, warning, 1},
      {"the lowest threshold", {with_finding(info)}, info, 1},
      {"suppressed", {with_finding(error, true)}, error, 0},
      {"never", {with_finding(error), with_unknown(error)}, {}, 0},
      {"unknown of an error-level rule", {with_unknown(error)}, error, 3},
      {"unknown of a warning-level rule", {with_unknown(warning)}, error, 0},
      {"unknown of a warning-level rule stays below, whatever the threshold", {with_unknown(warning)}, info, 0},
      {"unknown of an ignored rule", {with_unknown(error, true)}, error, 0},
      {"3 outranks 1", {with_finding(error), with_unknown(error)}, error, 3},
      {"one target cannot be read", {with_finding(error), with_error(ErrorKind::network)}, error, 3},
      {"cannot be read, never", {with_error(ErrorKind::corrupt)}, {}, 3},
      {"several images and none named", {with_error(ErrorKind::usage)}, error, 2},
      {"several images and none named, never", {with_error(ErrorKind::usage)}, {}, 2},
      {"a broken config file", {with_error(ErrorKind::config), with_finding(error)}, error, 2},
      {"3 outranks 2", {with_error(ErrorKind::usage), with_error(ErrorKind::not_found)}, error, 3},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(lint::lint_exit_code(row.reports, row.fail_on) == row.code);
  }
}

TEST_CASE("counts leave out what is suppressed or ignored") {
  TargetReport report = with_finding(Severity::error);
  report.findings.push_back(with_finding(Severity::error, true).findings[0]);
  report.findings.push_back(with_finding(Severity::info).findings[0]);
  report.verdicts = {with_unknown(Severity::info).verdicts[0], with_unknown(Severity::error, true).verdicts[0]};
  CHECK(report.count(Severity::error) == 1);
  CHECK(report.count(Severity::warning) == 0);
  CHECK(report.count(Severity::info) == 1);
  CHECK(report.unknown_count() == 1);
  CHECK_FALSE(report.has_unknown_error_rule());
  CHECK(to_string(RuleVerdict::Kind::not_applicable) == "not-applicable");
}

}  // namespace sidecarctl::test
