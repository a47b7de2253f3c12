// SPDX-License-Identifier: Apache-2.0
#include "lint/mask_secrets.hpp"
#include "report/formats.hpp"
#include "report/history_line.hpp"
#include "report/text_style.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sidecarctl {

namespace {

using lint::ReportedFinding;
using lint::RuleVerdict;
using lint::Severity;
using lint::TargetReport;

/// Bytes of one text from outside that are shown. A message says what it must in far less; what is longer is an attack
/// or a base64 blob, and the whole value is in the JSON report.
constexpr std::size_t kMaxShown = 500;
constexpr std::size_t kMaxCommand = 120;

std::string shown(std::string_view text, std::size_t limit = kMaxShown) {
  return escape_text(shorten(text, limit));
}

Paint paint_of(Severity severity) {
  switch (severity) {
    case Severity::error: return Paint::error;
    case Severity::warning: return Paint::warning;
    case Severity::info: return Paint::note;
  }
  return Paint::plain;
}

class TextReport {
 public:
  TextReport(std::ostream& out, const ReportStyle& style) : out_(out), style_(style), text_(style.color) {}

  void write(const std::vector<TargetReport>& reports) {
    for (const TargetReport& report : reports) {
      if (&report != &reports.front()) out_ << "\n";
      write_target(report);
    }
    if (reports.size() > 1) write_total(reports);
  }

 private:
  void write_target(const TargetReport& report) {
    write_heading(report);
    if (report.error) return write_failure(*report.error);
    line("profile {}: {}", to_string(report.profile.name), shown(report.profile.reason));
    out_ << "\n";
    for (const ReportedFinding& finding : report.findings) {
      if (!finding.suppressed) write_finding(finding);
    }
    write_unknowns(report);
    for (const ReportedFinding& finding : report.findings) {
      if (finding.suppressed) write_suppressed(finding);
    }
    if (style_.verbose) write_verdicts(report);
    write_summary(report);
  }

  void write_heading(const TargetReport& report) {
    std::string facts;
    if (report.platform) facts += "  " + shown(report.platform->str());
    if (report.digest) facts += "  sha256:" + report.digest->short_hex();
    out_ << text_.paint(Paint::strong, shown(report.target)) << text_.paint(Paint::quiet, facts) << "\n";
  }

  void write_failure(const Error& error) {
    line("{} {}", text_.paint(Paint::error, "not linted:"), shown(error.message()));
    for (const std::string& frame : error.context()) line("  {}", shown(frame));
    if (error.hint()) line("  hint: {}", shown(*error.hint()));
  }

  void write_finding(const ReportedFinding& reported) {
    line("{} {} {}: {}", text_.paint(paint_of(reported.severity), to_string(reported.severity)),
         text_.paint(Paint::strong, reported.rule->id), reported.rule->name, shown(reported.finding.message));
    if (!reported.finding.fix.empty()) line("  {} {}", text_.paint(Paint::good, "fix:"), shown(reported.finding.fix));
    const std::string place = place_of(reported);
    if (!place.empty()) line("  {}", text_.paint(Paint::quiet, "in:  " + place));
  }

  /// "layer 3, RUN mkdir …", "/config/User of the image config", "Dockerfile:3:1". The message has the path already.
  static std::string place_of(const ReportedFinding& reported) {
    const lint::Location& where = reported.finding.where;
    if (const auto* source = std::get_if<lint::SourceLine>(&where)) {
      return fmt::format("{}:{}:{}", shown(source->file), source->line, source->column);
    }
    if (const auto* field = std::get_if<lint::ConfigField>(&where)) {
      return shown(field->json_pointer) + " of the image config";
    }
    const auto* file = std::get_if<lint::LayerFile>(&where);
    if (file == nullptr) return "";
    const bool says_path = !file->path.empty() && reported.finding.message.find(file->path) == std::string::npos;
    std::vector<std::string> parts;
    if (says_path) parts.push_back(shown(file->path));
    if (file->layer) parts.push_back(fmt::format("layer {}", *file->layer));
    if (!reported.layer_command.empty()) {
      parts.push_back(shown(lint::mask_secrets(readable_history_line(reported.layer_command)), kMaxCommand));
    }
    return join(parts, ", ");
  }

  /// Rules that the same thing kept from deciding are told together: one cause, one line.
  void write_unknowns(const TargetReport& report) {
    std::vector<std::pair<std::string, std::vector<const RuleVerdict*>>> groups;
    for (const RuleVerdict& verdict : report.verdicts) {
      if (verdict.kind != RuleVerdict::Kind::unknown || verdict.ignored) continue;
      const std::string reason = verdict.reason.value_or("");
      const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
        return group.first == reason && is_grave(*group.second.front()) == is_grave(verdict);
      });
      if (same == groups.end()) {
        groups.push_back({reason, {&verdict}});
      } else {
        same->second.push_back(&verdict);
      }
    }
    for (const auto& [reason, verdicts] : groups) write_unknown(reason, verdicts);
  }

  static bool is_grave(const RuleVerdict& verdict) { return verdict.severity == Severity::error; }

  void write_unknown(const std::string& reason, const std::vector<const RuleVerdict*>& verdicts) {
    std::vector<std::string> names;
    names.reserve(verdicts.size() + 1);
    for (const RuleVerdict* verdict : verdicts) names.push_back(text_.paint(Paint::strong, verdict->rule->id));
    if (verdicts.size() == 1) names.emplace_back(verdicts[0]->rule->name);
    line("{} {}: {}", text_.paint(Paint::warning, "unknown"), join(names, " "), shown(reason));
    line("  {}", text_.paint(Paint::quiet, is_grave(*verdicts[0])
                                               ? "could not be decided, which is no pass: it counts like an error"
                                               : "could not be decided; it is below error level"));
  }

  void write_suppressed(const ReportedFinding& reported) {
    const std::string reason =
        reported.suppressed->reason.empty() ? "" : " (" + shown(reported.suppressed->reason) + ")";
    line("{}", text_.paint(Paint::quiet, fmt::format("ignored {} {}{}: {}", reported.rule->id, reported.rule->name,
                                                     reason, shown(reported.finding.message))));
  }

  void write_verdicts(const TargetReport& report) {
    for (const RuleVerdict& verdict : report.verdicts) {
      if (verdict.kind != RuleVerdict::Kind::pass && verdict.kind != RuleVerdict::Kind::not_applicable) continue;
      const std::string reason = verdict.reason ? ": " + shown(*verdict.reason) : "";
      line("{}", text_.paint(Paint::quiet, fmt::format("{} {} {}{}", to_string(verdict.kind), verdict.rule->id,
                                                       verdict.rule->name, reason)));
    }
  }

  void write_summary(const TargetReport& report) {
    if (!report.findings.empty() || report.unknown_count() > 0 || style_.verbose) out_ << "\n";
    std::vector<std::string> counts;
    add_count(counts, report.count(Severity::error), "error", Paint::error);
    add_count(counts, report.count(Severity::warning), "warning", Paint::warning);
    add_count(counts, report.count(Severity::info), "note", Paint::note);
    if (const std::size_t unknown = report.unknown_count(); unknown > 0) {
      counts.push_back(text_.paint(Paint::warning, fmt::format("{} unknown", unknown)));
    }
    const auto ignored = std::count_if(report.findings.begin(), report.findings.end(),
                                       [](const ReportedFinding& finding) { return finding.suppressed.has_value(); });
    if (ignored > 0) counts.push_back(fmt::format("{} ignored", ignored));
    const std::string found = counts.empty() ? text_.paint(Paint::good, "nothing found") : join(counts, ", ");
    line("{}; {} passed, {} not applicable", found, plural(report.verdict_count(RuleVerdict::Kind::pass), "rule"),
         report.verdict_count(RuleVerdict::Kind::not_applicable));
    write_advice(report);
    if (style_.stats) write_stats(report.stats);
  }

  void add_count(std::vector<std::string>& counts, std::size_t count, std::string_view word, Paint paint) {
    if (count > 0) counts.push_back(text_.paint(paint, plural(count, word)));
  }

  void write_advice(const TargetReport& report) {
    const auto first = std::find_if(report.findings.begin(), report.findings.end(),
                                    [](const ReportedFinding& finding) { return !finding.suppressed; });
    if (first == report.findings.end() || first->severity == Severity::info) return;
    line("{}", text_.paint(Paint::quiet, fmt::format("'sidecarctl explain {}' tells why it matters; so for every rule",
                                                     first->rule->id)));
  }

  void write_stats(const lint::LintStats& stats) {
    line("{}", text_.paint(Paint::quiet,
                           fmt::format("read {} of {} ({}) in {} ms", stats.layers_read, plural(stats.layers, "layer"),
                                       human_size(stats.bytes_read), stats.milliseconds)));
  }

  void write_total(const std::vector<TargetReport>& reports) {
    std::size_t failed = 0, with_errors = 0, unknown = 0;
    for (const TargetReport& report : reports) {
      if (report.error) ++failed;
      if (report.count(Severity::error) > 0) ++with_errors;
      if (report.has_unknown_error_rule()) ++unknown;
    }
    std::string text = fmt::format("{}: {} with errors", plural(reports.size(), "target"), with_errors);
    if (unknown > 0) text += fmt::format(", {} undecided", unknown);
    if (failed > 0) text += fmt::format(", {} not linted", failed);
    out_ << "\n" << text_.paint(Paint::strong, text) << "\n";
  }

  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    out_ << fmt::format(format, std::forward<Args>(args)...) << "\n";
  }

  std::ostream& out_;
  ReportStyle style_;
  TextStyle text_;
};

}  // namespace

void write_lint_text(std::ostream& out, const std::vector<TargetReport>& reports, const ReportStyle& style) {
  TextReport(out, style).write(reports);
}

}  // namespace sidecarctl
