// SPDX-License-Identifier: Apache-2.0
#include "scaffold/template_set.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/json.hpp"
#include "util/strings.hpp"
#include "util/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sidecarctl::scaffold {

namespace {

constexpr std::string_view kSchema = "sidecarctl.template/v1";
constexpr std::string_view kDescription = "template.json";
// A folder that was given by mistake must not fill the memory.
constexpr std::uint64_t kMaxFile = 1024 * 1024;
constexpr std::size_t kMaxTemplates = 256;
constexpr std::size_t kMaxFiles = 256;
constexpr std::size_t kMaxPath = 255;
constexpr std::size_t kMaxPattern = 512;

void refuse_unknown_keys(const JsonReader& reader, const std::vector<std::string>& known) {
  for (const auto& [key, value] : reader.members()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      reader.fail(fmt::format("has the unknown key '{}'{}", escape_text(key), did_you_mean(key, known)));
    }
  }
}

Value read_value(const JsonReader& reader) {
  if (reader.is_string()) return reader.string();
  Words words;
  for (const JsonReader& each : reader.array()) words.push_back(each.string());
  return words;
}

Variable read_variable(const std::string& name, const JsonReader& reader) {
  refuse_unknown_keys(reader, {"default", "pattern", "about"});
  const bool sound =
      !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  if (!sound) reader.fail("is not the name of a variable (a-z, 0-9 and _)");
  Variable variable{name, std::string(), reader.string_or("pattern", ""), reader.string_or("about", "")};
  if (variable.pattern.size() > kMaxPattern) reader.fail("has a pattern that is too long");
  if (const auto value = reader.find("default")) variable.value = read_value(*value);
  return variable;
}

unsigned read_mode(const JsonReader& reader) {
  const std::string mode = reader.string_or("mode", "0644");
  if (mode == "0644") return 0644;
  if (mode == "0755") return 0755;
  reader.fail("has a mode that is neither 0644 nor 0755");
}

TemplateFile read_file_entry(const JsonReader& reader) {
  refuse_unknown_keys(reader, {"path", "source", "binary", "when", "mode", "render"});
  TemplateFile file{reader.at("path").string(),
                    reader.string_or("source", ""),
                    reader.string_or("binary", ""),
                    reader.string_or("when", ""),
                    read_mode(reader),
                    true};
  if (file.source.empty() == file.binary.empty()) reader.fail("needs either a source or a binary");
  if (const auto render = reader.find("render")) file.render = render->boolean();
  return file;
}

Template read_template(std::string name, std::string_view text) {
  const std::string what = fmt::format("the template '{}'", escape_text(name));
  const Json document = parse_json(text, what);
  const JsonReader reader(document, what);
  refuse_unknown_keys(reader, {"schema", "description", "addon", "variables", "files"});
  if (reader.at("schema").string() != kSchema) reader.fail(fmt::format("has a schema that is not {}", kSchema));
  Template result{std::move(name), reader.at("description").string(), false, {}, {}};
  if (const auto addon = reader.find("addon")) result.addon = addon->boolean();
  if (const auto variables = reader.find("variables")) {
    for (const auto& [key, value] : variables->members()) result.variables.push_back(read_variable(key, value));
  }
  for (const JsonReader& file : reader.at("files").array()) {
    if (result.files.size() == kMaxFiles) reader.fail(fmt::format("has more than {} files", kMaxFiles));
    result.files.push_back(read_file_entry(file));
  }
  return result;
}

bool is_template_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 64 && name[0] != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// Below a team's folder nothing is read through a link: a template may have come from anywhere.
void refuse_links(const std::filesystem::path& folder, const std::filesystem::path& relative) {
  std::filesystem::path at = folder;
  for (const auto& part : relative) {
    at /= part;
    if (std::filesystem::is_symlink(std::filesystem::symlink_status(at))) {
      throw Error(ErrorKind::config,
                  fmt::format("'{}' is a link; templates are read without following any", escape_text(at.string())));
    }
  }
}

}  // namespace

bool is_safe_path(std::string_view path) {
  if (path.empty() || path.size() > kMaxPath || path.find('\\') != std::string_view::npos) return false;
  if (has_control_characters(path, false)) return false;
  const std::vector<std::string> parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

TemplateSet::TemplateSet(std::span<const EmbeddedText> builtin, const std::optional<std::filesystem::path>& folder)
    : folder_(folder) {
  for (const EmbeddedText& each : builtin) builtin_.emplace(each.name, each.text);
  if (folder_) add_folder(*folder_);
  for (const auto& [name, text] : builtin_) {
    const std::size_t slash = name.find('/');
    if (name.substr(slash + 1) == kDescription && !has(name.substr(0, slash))) add(name.substr(0, slash), text);
  }
  std::sort(templates_.begin(), templates_.end(), [](const Template& a, const Template& b) { return a.name < b.name; });
}

void TemplateSet::add(std::string name, std::string_view json) {
  if (templates_.size() == kMaxTemplates)
    throw Error(ErrorKind::config, fmt::format("there are more than {} templates", kMaxTemplates));
  try {
    templates_.push_back(read_template(std::move(name), json));
  } catch (const Error& error) {
    throw Error(ErrorKind::config, std::string(error.message()), "docs/templates.md describes template.json");
  }
}

void TemplateSet::add_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) throw_file_error("read the templates in", folder, error.value());
  std::size_t found = 0;
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory(error) || entry.is_symlink(error) || !is_template_name(name)) continue;
    const std::filesystem::path relative = std::filesystem::path(name) / kDescription;
    refuse_links(folder, relative);
    const std::optional<std::string> text = read_file_if_exists(folder / relative, kMaxFile);
    if (!text) continue;
    add(name, *text);
    ++found;
  }
  if (found == 0) {
    throw Error(ErrorKind::config, fmt::format("there is no template in '{}'", escape_text(folder.string())),
                "a template is a folder in there that has a template.json");
  }
}

bool TemplateSet::has(std::string_view name) const noexcept {
  return std::any_of(templates_.begin(), templates_.end(), [&](const Template& each) { return each.name == name; });
}

const Template& TemplateSet::find(std::string_view name) const {
  std::vector<std::string> names;
  for (const Template& each : templates_) {
    if (each.name == name) return each;
    if (!each.addon) names.push_back(each.name);
  }
  throw Error(ErrorKind::usage,
              fmt::format("there is no template '{}'{}", escape_text(name), did_you_mean(name, names)),
              "'sidecarctl init --list' shows the templates");
}

std::string TemplateSet::source(const Template& owner, const std::string& name) const {
  const std::string full = name.starts_with('@') ? name.substr(1) : owner.name + "/" + name;
  if (!is_safe_path(full)) {
    throw Error(ErrorKind::config, fmt::format("the template '{}' names the source '{}', which is not below its folder",
                                               owner.name, escape_text(name)));
  }
  if (folder_) {
    refuse_links(*folder_, full);
    if (auto text = read_file_if_exists(*folder_ / full, kMaxFile)) return *std::move(text);
  }
  const auto found = builtin_.find(full);
  if (found == builtin_.end()) {
    throw Error(ErrorKind::config, fmt::format("the template '{}' names the source '{}', which is not there",
                                               owner.name, escape_text(name)));
  }
  return std::string(found->second);
}

}  // namespace sidecarctl::scaffold
