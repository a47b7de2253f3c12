// SPDX-License-Identifier: Apache-2.0
#include "scaffold/plan.hpp"

#include "scaffold/render.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace sidecarctl::scaffold {

namespace {

/// std::regex recurses for each character: no value with a pattern needs more.
constexpr std::size_t kMaxMatched = 255;

void check_text(const Variable& variable, const std::string& text) {
  if (has_control_characters(text, variable.pattern.empty())) {
    throw Error(ErrorKind::usage,
                fmt::format("'{}' of '{}' has a control character", escape_text(text), variable.name));
  }
  if (variable.pattern.empty()) return;
  bool fits = false;
  try {
    fits = text.size() <= kMaxMatched && std::regex_match(text, std::regex(variable.pattern));
  } catch (const std::regex_error&) {
    throw Error(ErrorKind::config, fmt::format("the pattern '{}' of '{}' is no regular expression",
                                               escape_text(variable.pattern), variable.name));
  }
  if (!fits) {
    const std::string wanted =
        variable.about.empty() ? fmt::format("must match {}", variable.pattern) : "must be " + variable.about;
    throw Error(ErrorKind::usage, fmt::format("'{}' {}, not '{}'", variable.name, wanted, escape_text(text)));
  }
}

void check_value(const Variable& variable, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return check_text(variable, *text);
  for (const std::string& each : std::get<Words>(value)) check_text(variable, each);
}

bool applies(const TemplateFile& file, const Template& owner, const Values& values) {
  if (file.when.empty()) return true;
  const bool negated = file.when.starts_with('^');
  const auto found = values.find(file.when.substr(negated ? 1 : 0));
  if (found == values.end()) {
    throw Error(ErrorKind::config, fmt::format("the template '{}' asks for the variable '{}', which is not there",
                                               owner.name, escape_text(file.when)));
  }
  return is_set(found->second) != negated;
}

PlannedFile plan_file(const TemplateSet& set, const Template& owner, const TemplateFile& file, const Values& values,
                      const Binaries& binaries) {
  const std::string what = owner.name + "/" + (file.source.empty() ? file.binary : file.source);
  PlannedFile planned{render(file.path, values, owner.name + "/template.json"), "", file.mode, !file.binary.empty()};
  if (!is_safe_path(planned.path)) {
    throw Error(ErrorKind::config, fmt::format("the template '{}' would write '{}', which is not below the folder",
                                               owner.name, escape_text(planned.path)));
  }
  if (planned.binary) {
    const auto found = binaries.find(file.binary);
    if (found == binaries.end())
      throw Error(ErrorKind::config,
                  fmt::format("there is no program '{}' for the template '{}'", escape_text(file.binary), owner.name));
    planned.content = found->second;
    return planned;
  }
  std::string source = set.source(owner, file.source);
  planned.content = file.render ? render(source, values, what) : std::move(source);
  return planned;
}

/// Two files of one path, or a file where another one needs a folder.
void refuse_clashes(const std::vector<PlannedFile>& files) {
  std::vector<std::string> paths;
  for (const PlannedFile& file : files) paths.push_back(file.path);
  std::sort(paths.begin(), paths.end());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto clashes = [&](const std::string& other) {
      return other == paths[i] || other.starts_with(paths[i] + "/");
    };
    const auto found = std::find_if(paths.begin() + static_cast<std::ptrdiff_t>(i) + 1, paths.end(), clashes);
    if (found != paths.end()) {
      throw Error(ErrorKind::config,
                  fmt::format("the templates write '{}' and '{}'", escape_text(paths[i]), escape_text(*found)));
    }
  }
}

}  // namespace

Values complete_values(const Template& chosen, const Values& given) {
  Values values = given;
  for (const Variable& variable : chosen.variables) {
    const auto [at, inserted] = values.try_emplace(variable.name, variable.value);
    if (!inserted && !is_set(at->second) && is_set(variable.value)) at->second = variable.value;
    if (is_set(at->second)) check_value(variable, at->second);
  }
  return values;
}

std::vector<PlannedFile> plan_files(const TemplateSet& set, const std::vector<const Template*>& chosen,
                                    const Values& values, const Binaries& binaries) {
  std::vector<PlannedFile> files;
  for (const Template* each : chosen) {
    for (const TemplateFile& file : each->files) {
      if (applies(file, *each, values)) files.push_back(plan_file(set, *each, file, values, binaries));
    }
  }
  refuse_clashes(files);
  return files;
}

}  // namespace sidecarctl::scaffold
