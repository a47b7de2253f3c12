// SPDX-License-Identifier: Apache-2.0
#include "report/reporter.hpp"
#include "support/catch.hpp"
#include "support/lint_reports.hpp"
#include "util/strings.hpp"

#include <sstream>

namespace sidecarctl::test {

namespace {

std::string text_of(const std::vector<lint::TargetReport>& reports, const ReportStyle& style = {}) {
  std::ostringstream out;
  find_lint_writer("text")(out, reports, style);
  return out.str();
}

}  // namespace

TEST_CASE("the text report says what, where and how to repair it, worst first") {
  CHECK(text_of({full_report()}) == R"(oci:out:app  linux/amd64  sha256:05b3abf2579a
profile flags: the image has /opt/palantir/sidecars/shared-volumes/shared

error SDC603 volume-not-writable: user 5001 cannot write to /opt/palantir/sidecars/shared-volumes/shared (root:root, 0755)
  fix: RUN chown 5001 /opt/palantir/sidecars/shared-volumes/shared
  in:  layer 3, RUN mkdir -p /opt/palantir/sidecars/shared-volumes/shared
warning SDC010 control-characters: the label 'x' holds the control character \x1b
  in:  /config/Labels/x of the image config
info SDC709 shell-form: the entrypoint is in shell form
unknown SDC107 no-passwd-entry: layer 1 cannot be read
  could not be decided; it is below error level
unknown SDC702 program-not-found: the command starts with a variable
  could not be decided, which is no pass: it counts like an error
ignored SDC401 port-out-of-range (only used in tests): the port 80 is below 1024

1 error, 1 warning, 1 note, 2 unknown, 1 ignored; 1 rule passed, 1 not applicable
'sidecarctl explain SDC603' tells why it matters; so for every rule
)");
}

TEST_CASE("an image without findings says so in three lines") {
  lint::TargetReport report = full_report();
  report.findings.clear();
  report.verdicts.clear();
  CHECK(text_of({report}) == R"(oci:out:app  linux/amd64  sha256:05b3abf2579a
profile flags: the image has /opt/palantir/sidecars/shared-volumes/shared

nothing found; 0 rules passed, 0 not applicable
)");
}

TEST_CASE("rules that the same thing kept from deciding are told together") {
  lint::TargetReport report = full_report();
  report.findings.clear();
  for (lint::RuleVerdict& verdict : report.verdicts) {
    verdict.kind = lint::RuleVerdict::Kind::unknown;
    verdict.ignored = false;
    verdict.reason = "no answer";
  }
  CHECK_THAT(text_of({report}),
             Catch::Contains("\nunknown SDC101 SDC401 SDC603 SDC702: no answer\n  could not be decided, "
                             "which is no pass: it counts like an error\n"));
  CHECK_THAT(text_of({report}), Catch::Contains("\nunknown SDC010 SDC107 SDC709: no answer\n"));
}

TEST_CASE("a failed target stands beside the others, and a total ends the report") {
  lint::TargetReport good = full_report();
  good.verdicts.clear();
  const std::string text = text_of({failed_report(), good});
  CHECK_THAT(text, Catch::StartsWith("oci:missing\n"
                                     "not linted: there is no folder 'missing'\n"
                                     "  while opening oci:missing\n"
                                     "  hint: give the path of an OCI layout\n\noci:out:app"));
  CHECK_THAT(text, Catch::EndsWith("\n\n2 targets: 1 with errors, 1 not linted\n"));
  CHECK_THAT(text_of({full_report(), good}), Catch::EndsWith("\n2 targets: 2 with errors, 1 undecided\n"));
}

TEST_CASE("--stats and -v say more") {
  CHECK_THAT(text_of({full_report()}, {false, false, true}),
             Catch::EndsWith("\nread 2 of 5 layers (1.0 kB) in 12 ms\n"));
  const std::string verbose = text_of({full_report()}, {false, true, false});
  CHECK_THAT(verbose, Catch::Contains("\npass SDC101 no-user\n"));
  CHECK_THAT(verbose, Catch::Contains("\nnot-applicable SDC709 shell-form: there is no shell\n"));
}

TEST_CASE("colours are put around words, and are away when not asked for") {
  const std::string colored = text_of({full_report()}, {true, false, false});
  CHECK_THAT(colored, Catch::Contains("\x1b[1;31merror\x1b[0m \x1b[1mSDC603\x1b[0m"));
  CHECK_THAT(text_of({full_report()}), !Catch::Contains("\x1b"));
}

TEST_CASE("nothing from an image reaches the terminal as it is") {
  const std::string evil =
      "a\x1b[2J\x07\r\n\xe2\x80\xae"
      "b\x9b\x7f";
  lint::TargetReport report = full_report();
  report.target = evil;
  report.profile.reason = evil;
  report.platform = Platform{evil, evil, evil};
  report.findings = {
      reported(lint::Severity::error, {evil, lint::LayerFile{0, evil + "/x"}, evil, evil, {}}, "RUN " + evil),
      reported(lint::Severity::error, {evil, lint::ConfigField{evil}, evil, evil, {}}),
      reported(lint::Severity::error, {evil, lint::SourceLine{evil, 1, 1}, evil, evil, {}})};
  report.findings.push_back(report.findings[0]);
  report.findings.back().suppressed = lint::Suppression{evil, {}};
  for (lint::RuleVerdict& verdict : report.verdicts) verdict.reason = evil;
  lint::TargetReport failed = failed_report();
  failed.target = evil;
  failed.error = Error(ErrorKind::io, evil, evil);
  failed.error->add_context(evil);
  for (const std::string& line : split(text_of({report, failed}, {false, true, true}), '\n')) {
    INFO(escape_text(line));
    CHECK(escape_text(line) == line);
  }
}

TEST_CASE("a long text is cut") {
  lint::TargetReport report = full_report();
  report.findings = {reported(lint::Severity::error,
                              {std::string(1'000'000, 'x'),
                               lint::LayerFile{0, std::string(1'000'000, 'y')},
                               std::string(1'000'000, 'z'),
                               {},
                               {}},
                              std::string(1'000'000, 'c'))};
  CHECK(text_of({report}).size() < 4000);
}

TEST_CASE("formats are found by name") {
  CHECK(lint_formats() == std::vector<std::string>{"text", "json"});
  CHECK(find_lint_writer("json") != nullptr);
  CHECK(find_lint_writer("JSON") == nullptr);
  CHECK(find_lint_writer("") == nullptr);
}

}  // namespace sidecarctl::test
