// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "lint/engine.hpp"
#include "report/page.hpp"
#include "report/text_style.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"
#include "util/version.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace sidecarctl {

namespace {

using lint::Rule;

Paint paint_of(lint::Severity severity) {
  switch (severity) {
    case lint::Severity::error: return Paint::error;
    case lint::Severity::warning: return Paint::warning;
    case lint::Severity::info: return Paint::note;
  }
  return Paint::plain;
}

void print_table(std::ostream& out, const TextStyle& style) {
  std::size_t name_width = 0;
  for (const Rule* rule : lint::all_rules()) name_width = std::max(name_width, rule->name.size());
  for (const Rule* rule : lint::all_rules()) {
    // Padded before it is painted: colour codes have no width.
    out << style.paint(Paint::strong, rule->id) << "  "
        << style.paint(paint_of(rule->severity), fmt::format("{:<7}", to_string(rule->severity))) << "  "
        << fmt::format("{:<{}}", rule->name, name_width) << "  " << rule->summary << "\n";
  }
}

OrderedJson rule_document(const Rule& rule) {
  return {{"id", rule.id},
          {"name", rule.name},
          {"severity", to_string(rule.severity)},
          {"source", to_string(rule.origin)},
          {"summary", rule.summary}};
}

class ExplainCommand final : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("RULE", rule_, "Id or name: SDC603, volume-not-writable (default: a table of all rules)");
    app.add_option("--format", format_, "Output format")->check(CLI::IsMember({"text", "json"}));
  }

  ExitCode run(Env& env) override {
    const Rule* rule = rule_ ? &lint::require_rule(*rule_) : nullptr;
    if (prints_json()) {
      print_json(env.console.out(), rule);
    } else {
      print_text(env.console, rule);
    }
    return ExitCode::done;
  }

  bool prints_json() const override { return format_ == "json"; }

 private:
  static void print_text(Console& console, const Rule* rule) {
    const TextStyle style(console.out_color());
    if (rule == nullptr) return print_table(console.out(), style);
    write_page(console.out(), lint::rule_page(*rule), style);
  }

  static void print_json(std::ostream& out, const Rule* rule) {
    OrderedJson document;
    document["schema"] = "sidecarctl.explain/v1";
    document["version"] = version();
    document["rules"] = OrderedJson::array();
    for (const Rule* one : lint::all_rules()) {
      if (rule == nullptr) document["rules"].push_back(rule_document(*one));
    }
    if (rule != nullptr) {
      document["rules"].push_back(rule_document(*rule));
      document["rules"][0]["page"] = lint::rule_page(*rule);
    }
    out << dump_json_pretty(document) << "\n";
  }

  std::optional<std::string> rule_;
  std::string format_ = "text";
};

}  // namespace

extern constinit const CommandInfo explain_command{
    "explain", "Images", "Show why a lint rule is there and how to satisfy it",
    "sidecarctl explain\n"
    "sidecarctl explain SDC603\n",
    [] { return std::unique_ptr<Command>(std::make_unique<ExplainCommand>()); }};

}  // namespace sidecarctl
