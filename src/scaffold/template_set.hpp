// SPDX-License-Identifier: Apache-2.0
// Templates are data: a folder with template.json and the texts it names. docs/templates.md describes the form.
#pragma once

#include "scaffold/values.hpp"
#include "util/embedded_text.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::scaffold {

struct Variable {
  std::string name;
  Value value;          ///< Its default.
  std::string pattern;  ///< That a whole text must match; empty: any text without control characters.
  std::string about;    ///< For messages: "a port from 1024 to 65535".
};

struct TemplateFile {
  std::string path;    ///< Below the target folder; may have tags.
  std::string source;  ///< In the template's folder, or "@other/file" in that of another template.
  std::string binary;  ///< Instead of a source: a program that sidecarctl carries.
  std::string when;    ///< A variable that must be set; with "^" in front: not set. Empty: always.
  unsigned mode = 0644;
  bool render = true;  ///< False: copied as it is.
};

struct Template {
  std::string name, description;
  bool addon = false;  ///< Added to another one (--with-...), not chosen with --template.
  std::vector<Variable> variables;
  std::vector<TemplateFile> files;
};

/// The templates of the program and, before them, those of a team's folder.
class TemplateSet {
 public:
  /// `builtin`: {"flags/Dockerfile", text}. `folder`: holds one folder for each template. Throws Error for a broken
  /// one.
  TemplateSet(std::span<const EmbeddedText> builtin, const std::optional<std::filesystem::path>& folder);

  const std::vector<Template>& all() const noexcept { return templates_; }
  /// Throws Error{usage} that names the nearest one.
  const Template& find(std::string_view name) const;
  bool has(std::string_view name) const noexcept;
  /// The text behind TemplateFile::source. Throws Error{config}.
  std::string source(const Template& owner, const std::string& name) const;

 private:
  void add(std::string name, std::string_view json);
  void add_folder(const std::filesystem::path& folder);

  std::vector<Template> templates_;
  std::map<std::string, std::string_view, std::less<>> builtin_;
  std::optional<std::filesystem::path> folder_;
};

/// A relative path of printable characters that stays below its folder.
bool is_safe_path(std::string_view path);

}  // namespace sidecarctl::scaffold
