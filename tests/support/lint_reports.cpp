// SPDX-License-Identifier: Apache-2.0
#include "support/lint_reports.hpp"

namespace sidecarctl::test {

namespace {

using lint::Needs;
using lint::Origin;
using lint::Rule;
using lint::RuleVerdict;
using lint::Severity;

constexpr Rule kError{"SDC603", "volume-not-writable", Severity::error, Needs::files, Origin::requirement, "", nullptr};
constexpr Rule kWarning{"SDC010", "control-characters", Severity::warning, Needs::config, Origin::practice, "",
                        nullptr};
constexpr Rule kNote{"SDC709", "shell-form", Severity::info, Needs::config, Origin::sample, "", nullptr};
constexpr Rule kUnknown{"SDC702", "program-not-found", Severity::error, Needs::files, Origin::runtime, "", nullptr};
constexpr Rule kUnknownNote{"SDC107", "no-passwd-entry", Severity::info, Needs::files, Origin::runtime, "", nullptr};
constexpr Rule kPassed{"SDC101", "no-user", Severity::error, Needs::config, Origin::requirement, "", nullptr};
constexpr Rule kElsewhere{"SDC401", "port-out-of-range", Severity::error, Needs::config, Origin::requirement, "",
                          nullptr};

const Rule& rule_for(Severity severity) {
  return severity == Severity::error ? kError : severity == Severity::warning ? kWarning : kNote;
}

void add_verdict(lint::TargetReport& report, const Rule& rule, RuleVerdict::Kind kind,
                 std::optional<std::string> reason = {}) {
  report.verdicts.push_back(RuleVerdict{&rule, kind, std::move(reason), rule.severity, false});
}

}  // namespace

lint::ReportedFinding reported(Severity severity, lint::Finding finding, std::string layer_command) {
  return {&rule_for(severity), severity, std::move(finding), {}, std::move(layer_command)};
}

lint::TargetReport full_report() {
  lint::TargetReport report;
  report.target = "oci:out:app";
  report.source = "oci";
  report.digest = Digest::sha256_of("manifest");
  report.platform = linux_amd64();
  report.profile = {lint::ProfileName::flags, "the image has /opt/palantir/sidecars/shared-volumes/shared"};
  report.findings.push_back(
      reported(Severity::error,
               {"user 5001 cannot write to /opt/palantir/sidecars/shared-volumes/shared (root:root, 0755)",
                lint::LayerFile{3, "/opt/palantir/sidecars/shared-volumes/shared"},
                "RUN chown 5001 /opt/palantir/sidecars/shared-volumes/shared",
                "0:0 0755",
                {}},
               "|1 V=1 /bin/sh -c mkdir -p   /opt/palantir/sidecars/shared-volumes/shared # buildkit"));
  report.findings.push_back(reported(
      Severity::warning,
      {"the label 'x' holds the control character \x1b", lint::ConfigField{"/config/Labels/x"}, "", "a\x1b[2Jb", {}}));
  report.findings.push_back(reported(Severity::info, {"the entrypoint is in shell form", {}, "", {}, {}}));
  lint::ReportedFinding ignored = reported(Severity::error, {"the port 80 is below 1024", {}, "", "80", {}});
  ignored.rule = &kElsewhere;
  ignored.suppressed = lint::Suppression{"only used in tests", {}};
  report.findings.push_back(ignored);
  add_verdict(report, kWarning, RuleVerdict::Kind::finding);
  add_verdict(report, kPassed, RuleVerdict::Kind::pass);
  add_verdict(report, kUnknownNote, RuleVerdict::Kind::unknown, "layer 1 cannot be read");
  add_verdict(report, kElsewhere, RuleVerdict::Kind::finding);
  report.verdicts.back().ignored = true;
  add_verdict(report, kError, RuleVerdict::Kind::finding);
  add_verdict(report, kUnknown, RuleVerdict::Kind::unknown, "the command starts with a variable");
  add_verdict(report, kNote, RuleVerdict::Kind::not_applicable, "there is no shell");
  report.layer_commands = {"", "", "", "RUN mkdir"};
  report.stats = {5, 2, 1024, 12};
  return report;
}

lint::TargetReport failed_report() {
  lint::TargetReport report;
  report.target = "oci:missing";
  report.error = Error(ErrorKind::not_found, "there is no folder 'missing'", "give the path of an OCI layout");
  report.error->add_context("while opening oci:missing");
  return report;
}

}  // namespace sidecarctl::test
