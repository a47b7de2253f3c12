// SPDX-License-Identifier: Apache-2.0
#include "lint/program_search.hpp"

#include "image/permission.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sidecarctl::lint {

namespace {

// A PATH of a thousand folders is a mistake or an attack; each costs a lookup.
constexpr std::size_t kMaxDirectories = 1000;

std::string join_path(const std::string& directory, const std::string& name) {
  return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

/// Root needs one x bit of any class to execute, and none for the rest (capabilities(7), CAP_DAC_OVERRIDE).
bool may(const FileNode& node, const UserFacts& user, unsigned wanted) {
  if (!user.exists) return true;
  if (user.identity.uid == 0) return wanted != kExecute || node.is_directory() || (node.mode & 0111U) != 0;
  return allows(node, user.identity, wanted);
}

bool is_the_one(const StartStep& step, bool by_runtime) {
  if (step.is_directory || !step.blocked_by.empty()) return false;
  return by_runtime ? step.resolved.node.is_file() && (step.resolved.node.mode & 0111U) != 0 : step.executable;
}

StartStep refuse(StartStep step, std::string reason) {
  step.found = false;
  step.refused = std::move(reason);
  return step;
}

}  // namespace

std::string absolute_path(const std::string& path, const std::string& working_dir) {
  return path.starts_with('/') ? path : join_path(working_dir, path);
}

StartStep look_at_path(ImageFiles& files, const std::string& path, const std::string& working_dir,
                       const UserFacts& user) {
  StartStep step;
  step.wanted = path;
  step.resolved = resolve_briefly(files, absolute_path(path, working_dir));
  step.found = step.resolved.found();
  if (!step.found) return step;
  if (step.resolved.node.brief && !grants_everyone(step.resolved.node, kRead | kExecute)) {
    step.resolved.node = files.find(step.resolved.path).value_or(FileNode{});
  }
  const FileNode& node = step.resolved.node;
  step.is_directory = node.is_directory();
  if (path.ends_with('/') && !step.is_directory)
    return refuse(std::move(step), "a path that ends in '/' names a folder");
  step.executable = node.is_file() && may(node, user, kExecute);
  step.readable = may(node, user, kRead);
  if (user.exists && user.identity.uid != 0) step.blocked_by = blocking_parent(files, step.resolved, user.identity);
  return step;
}

StartStep find_program(ImageFiles& files, const std::string& name, const ProgramSearch& search, const UserFacts& user) {
  if (name.find('/') != std::string::npos) return look_at_path(files, name, search.working_dir, user);
  StartStep missing;
  missing.wanted = name;
  if (name.empty()) return missing;
  std::optional<StartStep> second_best;
  std::vector<std::string> tried;
  for (const std::string& directory : search.directories) {
    StartStep step = look_at_path(files, join_path(directory, name), search.working_dir, user);
    tried.push_back(absolute_path(step.wanted, search.working_dir));
    step.wanted = name;
    if (!step.found) continue;
    step.tried = tried;
    if (is_the_one(step, search.by_runtime)) {
      if (!search.by_runtime || directory.starts_with('/')) return step;
      return refuse(std::move(step), fmt::format("runc does not take it from the relative PATH entry '{}'", directory));
    }
    if (step.is_directory) {
      missing.refused = fmt::format("'{}' is a folder", step.resolved.path);
    } else if (!second_best) {
      second_best = std::move(step);
    }
  }
  if (second_best) return std::move(*second_best);
  missing.tried = std::move(tried);
  return missing;
}

std::vector<std::string> split_search_path(std::string_view value) {
  std::vector<std::string> directories;
  if (value.empty()) return directories;
  for (std::string& directory : split(value, ':')) {
    if (directories.size() == kMaxDirectories) break;
    directories.push_back(directory.empty() ? "." : std::move(directory));
  }
  return directories;
}

std::vector<std::string> search_path_of(const ImageConfig& config) {
  return split_search_path(config.environment("PATH").value_or(std::string(kDefaultPath)));
}

std::string working_dir_of(const ImageConfig& config) {
  return clean_absolute_path("/" + config.working_dir);
}

std::string_view file_name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace sidecarctl::lint
