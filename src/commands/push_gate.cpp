// SPDX-License-Identifier: Apache-2.0
#include "commands/push_gate.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl {

namespace {

constexpr std::size_t kMaxShownFindings = 50;  // A terminal full; the JSON document has all.

/// The image under the name that it is to get: rules on names and tags judge that one.
class SourceAtDestination final : public ImageSource {
 public:
  SourceAtDestination(ImageSource& inner, const PushDestination& destination) : inner_(inner), info_(inner.info()) {
    Reference reference = destination.reference;
    if (!destination.tags.empty()) reference = reference.with_tag(destination.tags.front());
    info_.name = reference.str();
    info_.tag = reference.tag();
    info_.digest = reference.digest() ? std::optional(reference.digest()->str()) : std::nullopt;
    info_.other_names.clear();
  }
  const SourceInfo& info() const override { return info_; }
  RawManifest read_manifest(const std::optional<Digest>& digest) override { return inner_.read_manifest(digest); }
  std::unique_ptr<ByteSource> open_blob(const Descriptor& blob) override { return inner_.open_blob(blob); }
  std::string blob_identity(const Descriptor& blob) override { return inner_.blob_identity(blob); }
  bool is_local() const override { return inner_.is_local(); }
  std::optional<EngineView> engine_view() override { return inner_.engine_view(); }

 private:
  ImageSource& inner_;
  SourceInfo info_;
};

lint::LintOptions lint_options(const GateOptions& options) {
  lint::LintOptions result;
  result.settings.for_push = true;
  result.settings.configured_volumes = options.volumes;
  result.profile = options.profile;
  result.layers.cache = options.cache;
  if (options.platform_only) {
    result.rules.only = {"SDC201", "SDC202", "SDC203"};
  } else {
    result.rules.requirements_only = true;
    // An image that no engine can pull helps nobody, whoever asks for it.
    result.rules.also = {"SDC003", "SDC004", "SDC804", "SDC901"};
    // What others may see soon is said, but not forbidden: no requirement of the platform.
    for (const char* told : {"SDC804", "SDC901"}) result.rules.severity.emplace(told, lint::Severity::warning);
  }
  if (options.allow_latest) result.rules.ignored.emplace("SDC301", "--allow-latest");
  return result;
}

std::string line_of(const lint::ReportedFinding& found) {
  std::string line = fmt::format("{}: {}", found.rule->id, found.finding.message);
  if (!found.finding.fix.empty()) line += fmt::format("; fix: {}", found.finding.fix);
  return line;
}

bool is_refusal(const lint::ReportedFinding& found) {
  return found.severity == lint::Severity::error && !found.suppressed;
}

[[noreturn]] void refuse(lint::TargetReport report, bool platform_only) {
  const std::size_t count = report.count(lint::Severity::error);
  Error error(ErrorKind::policy,
              fmt::format("nothing was pushed: {} has {} that Foundry refuses", report.target, plural(count, "fault")));
  std::size_t shown = 0;
  for (const lint::ReportedFinding& found : report.findings) {
    if (is_refusal(found) && ++shown <= kMaxShownFindings) error.add_context(line_of(found));
  }
  if (count > kMaxShownFindings) error.add_context(fmt::format("and {} more", count - kMaxShownFindings));
  error.set_hint(platform_only
                     ? "Foundry runs linux/amd64 only: rebuild with --platform linux/amd64"
                     : fmt::format("'sidecarctl lint {}' tells more; --no-verify pushes all the same", report.target));
  throw GateRefusal(std::move(error), std::move(report));
}

[[noreturn]] void fail_undecided(const lint::TargetReport& report) {
  Error error(ErrorKind::corrupt,
              "nothing was pushed: it could not be decided whether the image meets Foundry's requirements");
  for (const lint::RuleVerdict& verdict : report.verdicts) {
    if (verdict.kind != lint::RuleVerdict::Kind::unknown || verdict.rule->severity != lint::Severity::error) continue;
    error.add_context(fmt::format("{}: {}", verdict.rule->id, verdict.reason.value_or("no reason is known")));
  }
  error.set_hint("--no-verify pushes without asking");
  throw error;
}

}  // namespace

void pass_gate(ImageSource& source, const PushDestination& destination, const GateOptions& options, Events& events) {
  SourceAtDestination named(source, destination);
  lint::TargetReport report = lint::lint_image(named, source.info().target, lint_options(options));
  if (report.error) throw *report.error;
  if (report.count(lint::Severity::error) > 0) refuse(std::move(report), options.platform_only);
  if (report.has_unknown_error_rule()) fail_undecided(report);
  for (const lint::ReportedFinding& found : report.findings) {
    if (!found.suppressed && found.severity == lint::Severity::warning) events.warning(line_of(found));
  }
}

}  // namespace sidecarctl
