// SPDX-License-Identifier: Apache-2.0
#include "image/path_resolver.hpp"

#include "util/strings.hpp"

#include <deque>

namespace sidecarctl {

namespace {

constexpr int kMaxLinks = 40;           // Linux: MAXSYMLINKS.
constexpr std::size_t kMaxPath = 4096;  // Linux: PATH_MAX; longer names do not open either.

void push_front(std::deque<std::string>& todo, const std::string& path) {
  const auto parts = split(path, '/');
  todo.insert(todo.begin(), parts.begin(), parts.end());
}

std::string child_of(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

}  // namespace

Resolved resolve(ImageFiles& files, std::string_view path, FollowLast follow) {
  Resolved result;
  std::deque<std::string> todo;
  push_front(todo, std::string(path.substr(0, kMaxPath)));
  std::string current = "/";
  result.node = *files.find("/");
  result.parents.push_back("/");
  int links = 0;
  while (!todo.empty()) {
    const std::string name = todo.front();
    todo.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      current = clean_absolute_path(current + "/..");
      result.node = files.find(current).value_or(FileNode{});
      continue;
    }
    result.path = child_of(current, name);
    if (!result.node.is_directory()) {
      result.outcome = Resolved::Outcome::not_a_directory;
      result.path = current;
      return result;
    }
    if (result.parents.back() != current) result.parents.push_back(current);
    const auto node = result.path.size() > kMaxPath ? std::nullopt : files.find(result.path);
    if (!node) {
      result.outcome = Resolved::Outcome::missing;
      return result;
    }
    if (node->is_symlink() && (!todo.empty() || follow == FollowLast::yes)) {
      result.links.push_back(result.path + " -> " + node->link_target);
      if (++links > kMaxLinks) {
        result.outcome = Resolved::Outcome::loop;
        return result;
      }
      if (node->link_target.starts_with('/')) {
        current = "/";
        result.node = *files.find("/");
      }
      push_front(todo, node->link_target);
      continue;
    }
    current = result.path;
    result.node = *node;
  }
  result.outcome = Resolved::Outcome::found;
  result.path = current;
  return result;
}

}  // namespace sidecarctl
