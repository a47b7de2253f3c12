// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/layered_files.hpp"
#include "image/source.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/embedded_text.hpp"
#include "util/error.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sidecarctl::lint {

/// Which rules run and how their findings count. Ids are upper case and known.
struct RuleSelection {
  std::vector<std::string> only;               ///< Empty: all.
  std::map<std::string, std::string> ignored;  ///< Id to reason ("" when none was given).
  std::map<std::string, Severity> severity;
  bool requirements_only = false;  ///< Rules whose origin is a requirement, for the push gate.
  std::vector<std::string> also;   ///< With requirements_only: these, too.
};

struct LintOptions {
  LintSettings settings;
  std::optional<ProfileName> profile;  ///< nullopt: detected.
  RuleSelection rules;
  LayeredFilesOptions layers;
};

struct Suppression {
  std::string reason;
  std::optional<std::string> until;
};

struct ReportedFinding {
  const Rule* rule;
  Severity severity;  ///< After --severity.
  Finding finding;
  std::optional<Suppression> suppressed;
  std::string layer_command;  ///< Of a finding in a layer: the history line that made it; "" when unknown.
};

struct RuleVerdict {
  enum class Kind { pass, finding, not_applicable, unknown };
  const Rule* rule;
  Kind kind;
  std::optional<std::string> reason;   ///< Of not_applicable and unknown.
  Severity severity = Severity::info;  ///< The rule's, after --severity: an unknown of an error-level rule is exit 3.
  bool ignored = false;                ///< By --ignore: does not count.
};
std::string_view to_string(RuleVerdict::Kind kind) noexcept;

struct LintStats {
  std::size_t layers = 0, layers_read = 0;
  std::uint64_t bytes_read = 0, milliseconds = 0;
};

/// What lint says of one target.
struct TargetReport {
  std::string target;  ///< As the user gave it.
  std::string source;  ///< The transport's name; "" when none answered.
  std::optional<Digest> digest;
  std::optional<Platform> platform;
  Profile profile;
  std::vector<ReportedFinding> findings;  ///< Worst first, then by rule id.
  std::vector<RuleVerdict> verdicts;      ///< One for each rule that was selected, by id.
  std::vector<std::string> layer_commands;
  LintStats stats;
  std::optional<Error> error;  ///< It failed; then there are no findings.

  std::size_t count(Severity severity) const;  ///< Without the suppressed.
  std::size_t unknown_count() const;           ///< Without the ignored.
  std::size_t verdict_count(RuleVerdict::Kind kind) const;
  bool has_unknown_error_rule() const;  ///< An unknown verdict on an error-level rule: exit 3.
};

/// Lints one image. Throws nothing but Error{interrupted}: what is wrong with the image or its place is in the report.
TargetReport lint_image(ImageSource& source, const std::string& target, const LintOptions& options);

/// The rule of that id or name, case-insensitive; nullptr if there is none.
const Rule* find_rule(std::string_view id_or_name);
/// Throws Error{usage} with a suggestion.
const Rule& require_rule(std::string_view id_or_name);

/// All pages of docs/rules. Generated.
std::span<const EmbeddedText> rule_pages();
/// The page of a rule (docs/rules/SDC101-no-user.md), Markdown; "" if there is none.
std::string_view rule_page(const Rule& rule);

/// The exit code that reports ask for: 0, 1 or 3 (cli.md, "Exit codes"). `fail_on` nullopt: never.
int lint_exit_code(const std::vector<TargetReport>& reports, std::optional<Severity> fail_on);

}  // namespace sidecarctl::lint
