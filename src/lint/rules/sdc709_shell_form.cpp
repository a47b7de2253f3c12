// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/shell_words.hpp"
#include "lint/subject.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::lint {

namespace {

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ImageConfig& config = *subject.config();
  const auto form = split_shell_form(config.argv());
  if (!form) return Verdict::decided();
  const std::string shown = shorten(form->text, 200);
  const ConfigField field = start_field(config);
  if (is_pseudo_json(form->text)) {
    const std::string fixed = replace_all(trim(form->text), "'", "\"");
    findings.push_back(
        Finding{fmt::format("the command line {} is no JSON list, so a shell gets all of it as one command", shown),
                field, "write the list with double quotes: " + shorten(fixed, 200), form->text, Severity::error});
    return Verdict::decided();
  }
  std::string message = fmt::format("a shell runs '{}'", shown);
  const bool replaces = first_command(form->text, {}).replaces_shell;
  if (!replaces) message += "; signals may stop at the shell";
  const bool hides_cmd = !config.cmd.empty() && !config.entrypoint.empty() && !form->positional.empty();
  if (hides_cmd)
    message += fmt::format("; the words of CMD ('{}') are not added to it", shorten(join(form->positional, " "), 100));
  findings.push_back(Finding{
      std::move(message),
      field,
      replaces ? "" : "exec form, ENTRYPOINT [\"program\", \"argument\"], or 'exec program' in the command line",
      form->text,
      {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc709_shell_form{
    "SDC709", "shell-form", Severity::info, Needs::config, Origin::sample, "The program is started by a shell", check};

}  // namespace sidecarctl::lint
