// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sidecarctl::lint {

enum class Severity { info, warning, error };
std::string_view to_string(Severity severity) noexcept;
/// "error", "warning" or "info" in any case.
std::optional<Severity> parse_severity(std::string_view text) noexcept;

struct SourceLine {
  std::string file;
  std::uint32_t line = 0, column = 0;  ///< Both from 1.
};
struct ConfigField {
  std::string json_pointer;  ///< "/config/User", in the image config.
};
struct LayerFile {
  std::optional<std::size_t> layer;  ///< From 0, base first; nullopt where the place cannot tell.
  std::string path;
};
using Location = std::variant<std::monostate, SourceLine, ConfigField, LayerFile>;

/// One thing that one rule found. A value: no rule prints, logs or throws to report a finding.
struct Finding {
  std::string message;  ///< What is wrong, with the value found, as one sentence without a final dot.
  Location where;
  std::string fix;                   ///< What to write instead, as one sentence or Dockerfile line; may be "".
  std::optional<std::string> value;  ///< The value found, raw.
  std::optional<Severity> severity;  ///< nullopt: the rule's.
};

/// What a rule concludes. `decided` without a finding is a pass; `unknown` never is.
struct Verdict {
  enum class Kind { decided, not_applicable, unknown };
  Kind kind = Kind::decided;
  std::string reason;  ///< Why, unless decided.

  static Verdict decided() { return {}; }
  static Verdict not_applicable(std::string reason) { return {Kind::not_applicable, std::move(reason)}; }
  static Verdict unknown(std::string reason) { return {Kind::unknown, std::move(reason)}; }
};

/// What a rule looks at; the engine answers not-applicable for it where that is not there, and runs them in this order.
enum class Needs {
  source,       ///< The name and the resolution: also for what is not an image at all.
  config,       ///< Manifest or config of an image.
  files,        ///< Paths of the final tree.
  read_layers,  ///< What was learned about layers while the others asked: runs last.
  dockerfile,   ///< A Dockerfile.
};

/// Where a rule comes from. A requirement can be ignored with a reason, not lowered.
enum class Origin { requirement, sample, runtime, practice };
std::string_view to_string(Origin origin) noexcept;

class Subject;

struct Rule {
  std::string_view id;    ///< "SDC101": stable, never reused.
  std::string_view name;  ///< "numeric-user": in URLs and config.
  Severity severity;      ///< The usual one; a finding may have another.
  Needs needs;
  Origin origin;
  std::string_view summary;  ///< The title: "The user must be numeric and not 0".
  /// Adds findings. An Error thrown from a question about files becomes `unknown` with its message.
  Verdict (*check)(const Subject& subject, std::vector<Finding>& findings);
  /// With --telemetry the rule is of error level: its findings, and an unknown.
  bool error_with_telemetry = false;
};

/// Every rule, by id. Generated from the names of lint/rules/*.cpp: sdc101_no_user.cpp defines `sdc101_no_user`.
std::span<const Rule* const> all_rules();

}  // namespace sidecarctl::lint
