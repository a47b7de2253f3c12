// SPDX-License-Identifier: Apache-2.0
#include "lint/engine.hpp"

#include <algorithm>

namespace sidecarctl::lint {

std::string_view to_string(RuleVerdict::Kind kind) noexcept {
  switch (kind) {
    case RuleVerdict::Kind::pass: return "pass";
    case RuleVerdict::Kind::finding: return "finding";
    case RuleVerdict::Kind::not_applicable: return "not-applicable";
    case RuleVerdict::Kind::unknown: return "unknown";
  }
  return "bug";
}

std::size_t TargetReport::count(Severity severity) const {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const ReportedFinding& found) {
    return found.severity == severity && !found.suppressed;
  }));
}

std::size_t TargetReport::verdict_count(RuleVerdict::Kind kind) const {
  return static_cast<std::size_t>(std::count_if(verdicts.begin(), verdicts.end(), [&](const RuleVerdict& verdict) {
    return verdict.kind == kind && !verdict.ignored;
  }));
}

std::size_t TargetReport::unknown_count() const {
  return verdict_count(RuleVerdict::Kind::unknown);
}

bool TargetReport::has_unknown_error_rule() const {
  return std::any_of(verdicts.begin(), verdicts.end(), [](const RuleVerdict& verdict) {
    return verdict.kind == RuleVerdict::Kind::unknown && verdict.severity == Severity::error && !verdict.ignored;
  });
}

namespace {

constexpr int kDone = 0, kNo = 1, kUsage = 2, kFailed = 3;

int exit_code_of(const TargetReport& report, std::optional<Severity> fail_on) {
  if (report.error) {
    switch (report.error->kind()) {
      case ErrorKind::usage:
      case ErrorKind::config: return kUsage;
      case ErrorKind::policy: return kNo;
      default: return kFailed;
    }
  }
  if (!fail_on) return kDone;
  if (report.has_unknown_error_rule()) return kFailed;
  const bool found = std::any_of(report.findings.begin(), report.findings.end(), [&](const ReportedFinding& finding) {
    return !finding.suppressed && finding.severity >= *fail_on;
  });
  return found ? kNo : kDone;
}

}  // namespace

int lint_exit_code(const std::vector<TargetReport>& reports, std::optional<Severity> fail_on) {
  // The codes are in the order of their rank: 3 outranks 1, and what was asked wrongly outranks what was found.
  int worst = kDone;
  for (const TargetReport& report : reports) worst = std::max(worst, exit_code_of(report, fail_on));
  return worst;
}

}  // namespace sidecarctl::lint
