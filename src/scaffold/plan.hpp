// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scaffold/template_set.hpp"
#include "scaffold/values.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::scaffold {

struct PlannedFile {
  std::string path;
  std::string content;
  unsigned mode = 0644;
  bool binary = false;
};

/// Programs that a template may ask for, by name.
using Binaries = std::map<std::string, std::string_view, std::less<>>;

/// `given` over the template's defaults, each checked against its pattern. Throws Error{usage} for a value that does
/// not fit.
Values complete_values(const Template& chosen, const Values& given);

/// The files of `chosen` and the add-ons, in order. Throws Error{config} for a path that leaves the folder or stands
/// twice.
std::vector<PlannedFile> plan_files(const TemplateSet& set, const std::vector<const Template*>& chosen,
                                    const Values& values, const Binaries& binaries);

}  // namespace sidecarctl::scaffold
